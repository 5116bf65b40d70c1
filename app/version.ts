/** Of the program, as in package.json: written beside what it computed. */
export const programVersion = '0.1.0';
