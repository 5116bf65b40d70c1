/** What nobody chooses of an optimizer: as Keras has it. */
export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
export const momentum = 0.9;
