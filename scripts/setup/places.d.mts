/** The Node 24 that everything is run by. */
export function node24(): string;
