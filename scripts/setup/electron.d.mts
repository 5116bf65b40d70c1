/** Path of Electron's executable. Throws when it is not installed. */
export function electronBinary(): string;
/** Folder of Electron's own files. */
export function electronFolder(): string;
