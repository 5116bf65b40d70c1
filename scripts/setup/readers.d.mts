/** @returns the environment's Python, where it was made */
export function readersPython(): string | null;
export function installReaders(): Promise<void>;
