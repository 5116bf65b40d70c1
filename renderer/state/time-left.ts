/** Time remaining, and how it is said. */

/** @returns seconds, or null while too little is known (less than a second or two per cent done) */
export function secondsLeft(done: number, total: number | null, elapsedSeconds: number): number | null {
  if (total === null || done <= 0 || total <= 0 || elapsedSeconds < 1 || done / total < 0.02) return null;
  return Math.max(0, (elapsedSeconds * (total - done)) / done);
}

/** '3 min 20 s', '45 s', '2 h 5 min'. Rounded so that it does not flicker. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 600) {
    const tens = Math.round(seconds / 10) * 10;
    const rest = tens % 60;
    return rest === 0 ? `${tens / 60} min` : `${Math.floor(tens / 60)} min ${rest} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
