// Before the first paint: the user's choice of colours, so that the page never flashes in the wrong ones.
try {
  const theme = localStorage.getItem("errscope.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's colours are used.
}
