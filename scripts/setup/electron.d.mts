/** Path of Electron's executable. Throws when it is not installed. */
export function electronBinary(): string;
