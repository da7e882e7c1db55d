export { ActionButton, Button } from "./button.tsx";
export { CopyButton, copyText } from "./copy-button.tsx";
export { GoName } from "./go-name.tsx";
export { Icon, type IconName } from "./icon.tsx";
export { LongText } from "./long-text.tsx";
export { Popover } from "./popover.tsx";
export { Key, Tag, type Tone } from "./tag.tsx";
export { type TreeLine, treeKey } from "./tree-keys.ts";
export { useSize } from "./use-size.ts";
