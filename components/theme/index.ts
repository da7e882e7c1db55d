export { followSystemTheme, readColours, type Theme, useTheme } from "./theme.ts";
