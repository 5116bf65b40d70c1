/** The qform of NIfTI: a rotation as a quaternion, with voxel sizes and an offset. */

export interface Qform {
  b: number;
  c: number;
  d: number;
  offset: readonly [number, number, number];
  spacing: readonly [number, number, number];
  /** pixdim[0]: only its sign counts; 0 stands for 1. */
  handedness: number;
}

/**
 * Affine of a qform (nifti1.h, method 2). The quaternion's length may exceed 1 by rounding: a rotation by 180 degrees
 * is then meant, and b, c, d are normalised. Voxel sizes count without their sign.
 */
export function affineOfQform({ b, c, d, offset, spacing, handedness }: Qform): number[] {
  const rest = 1 - (b * b + c * c + d * d);
  // float32 rounding of b, c, d leaves a rest of this order for a half turn.
  const halfTurn = rest < 1e-7;
  const norm = halfTurn ? Math.hypot(b, c, d) : 1;
  const a = halfTurn ? 0 : Math.sqrt(rest);
  const [p, q, r] = [b / norm, c / norm, d / norm];
  const [x, y] = [Math.abs(spacing[0]), Math.abs(spacing[1])];
  const z = Math.abs(spacing[2]) * (handedness < 0 ? -1 : 1);
  return [
    (a * a + p * p - q * q - r * r) * x,
    2 * (p * q - a * r) * y,
    2 * (p * r + a * q) * z,
    offset[0],
    2 * (p * q + a * r) * x,
    (a * a + q * q - p * p - r * r) * y,
    2 * (q * r - a * p) * z,
    offset[1],
    2 * (p * r - a * q) * x,
    2 * (q * r + a * p) * y,
    (a * a + r * r - q * q - p * p) * z,
    offset[2],
    0,
    0,
    0,
    1,
  ];
}
