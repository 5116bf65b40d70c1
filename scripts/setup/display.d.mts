/** Whether a window can be shown. */
export function hasDisplay(): boolean;
/** Starts an X server without a screen. `name` is for DISPLAY. */
export function startVirtualDisplay(): Promise<{ name: string; stop(): void }>;
