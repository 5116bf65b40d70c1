/** Where a NIfTI header places its voxels: sform before qform, millimetres, and what does not fit together. */
import type { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import {
  affineText,
  isUsableAffine,
  isUsableEdge,
  largestDisplacement,
  scaleMillimetres,
  scalingAffine,
  spacingOf,
} from '#app/data/affine.ts';
import { orientationOf, unknownOrientation } from '#app/data/orientation.ts';
import { affineOfQform } from '#app/data/quaternion.ts';
import type { ScanProblem, Triple } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence, type Sentence, type Words } from '#app/text/sentence.ts';

interface Placement {
  affine: number[];
  spacingMm: Triple;
  orientation: string;
  problems: ScanProblem[];
}

/** @param values what was found and what was expected */
type Warn = (code: string, field: string, values: [Words, Words], message: Sentence) => void;

/** Spatial part of `xyzt_units`. */
const millimetresPerUnit: Readonly<Record<number, number>> = { 1: 1000, 3: 0.001 };

/** @param sform 4 x 4, as stored */
export function placeVoxels(name: string, header: NIFTI1 | NIFTI2, sform: number[], shape: Triple): Placement {
  const problems: ScanProblem[] = [];
  const warn: Warn = (code, field, [found, expected], message) => {
    problems.push({
      code,
      severity: 'warning',
      field,
      ...told({ found, expected, message: sentence('{file}: {message}', { file: name, message }) }),
    });
  };
  const sizes = voxelSizes(header);
  const qform = affineOfQform({
    b: header.quatern_b,
    c: header.quatern_c,
    d: header.quatern_d,
    offset: [header.qoffset_x, header.qoffset_y, header.qoffset_z],
    spacing: sizes ?? [1, 1, 1],
    handedness: header.pixDims[0] ?? 1,
  });
  const hasSform = header.sform_code > 0 && isUsableAffine(sform);
  const hasQform = header.qform_code > 0 && isUsableAffine(qform);
  if (header.sform_code > 0 && !hasSform) {
    warn(
      'nifti-bad-sform',
      'sform',
      [affineText(sform), sentence('an affine that gives voxels a volume')],
      hasQform
        ? sentence(
            "the header's sform places all voxels on a plane or nowhere; the qform was used. Check left and right.",
          )
        : sentence(
            "the header's sform places all voxels on a plane or nowhere; it was left out. Check left and right.",
          ),
    );
  }
  if (header.qform_code > 0 && !hasQform && !hasSform) {
    const quaternion = [header.quatern_b, header.quatern_c, header.quatern_d].map((part) => String(part)).join(', ');
    warn(
      'nifti-bad-qform',
      'qform',
      [`quaternion ${quaternion}`, sentence('a rotation')],
      sentence("the header's qform is not a rotation; it was left out. Check left and right."),
    );
  }
  let affine = hasSform ? sform : hasQform ? qform : scalingAffine(sizes ?? [1, 1, 1]);
  const placed = hasSform || hasQform;
  if (!placed) {
    warn(
      'nifti-no-orientation',
      'sform',
      [
        `sform_code ${header.sform_code}, qform_code ${header.qform_code}`,
        sentence('one of them above 0, with a usable affine'),
      ],
      sentence(
        'the header does not say which side is left (neither sform nor qform). Compare the scan with its source.',
      ),
    );
  }
  if (sizes === null) {
    const pixDims = header.pixDims.slice(1, 4).join(' x ');
    warn(
      'nifti-bad-spacing',
      'pixdim',
      [header.pixDims.slice(1, 4).join(' x '), sentence('sizes above 0')],
      placed
        ? sentence('the header gives no voxel sizes ({pixDims}); those of its affine were used.', { pixDims })
        : sentence('the header gives no voxel sizes ({pixDims}); 1 mm was used.', { pixDims }),
    );
  } else if (header.pixDims.slice(1, 4).some((size) => size < 0)) {
    warn(
      'nifti-negative-spacing',
      'pixdim',
      [header.pixDims.slice(1, 4).join(' x '), sentence('sizes above 0')],
      sentence('the header gives negative voxel sizes ({pixDims}); their sign was left out. Check left and right.', {
        pixDims: header.pixDims.slice(1, 4).map(written).join(' x '),
      }),
    );
  }

  const unit = millimetresOf(header.xyzt_units, spacingOf(affine));
  if (unit.implausible) {
    warn(
      'nifti-bad-units',
      'xyzt_units',
      [
        sentence('voxels of {affine} in units of code {xyzt_units}', {
          affine: spacingOf(affine).map(written).join(' x '),
          xyzt_units: header.xyzt_units & 7,
        }),
        sentence('millimetres'),
      ],
      sentence("the header's unit of length would make voxels of an impossible size; millimetres were taken."),
    );
  }
  affine = scaleMillimetres(affine, unit.factor);
  if (hasSform && hasQform) compareForms(warn, affine, scaleMillimetres(qform, unit.factor), shape);
  const spacingMm = spacingOf(affine);
  // Where there is a qform too, the sizes are its own and were compared with it.
  if (
    hasSform &&
    !hasQform &&
    sizes !== null &&
    sizes.some((size, axis) => differs(size * unit.factor, spacingMm[axis] ?? 0))
  ) {
    warn(
      'nifti-spacing-disagrees',
      'pixdim',
      [
        sentence('{sizes} in pixdim', { sizes: sizes.map(written).join(' x ') }),
        sentence('{spacingMm} mm as in the sform', { spacingMm: spacingMm.map(written).join(' x ') }),
      ],
      sentence(
        'voxel sizes ({sizes}) and affine ({spacingMm} mm) disagree; the affine was believed. Compare the scan with its source.',
        { sizes: sizes.map(written).join(' x '), spacingMm: spacingMm.map(written).join(' x ') },
      ),
    );
  }
  return { affine, spacingMm, orientation: placed ? orientationOf(affine) : unknownOrientation, problems };
}

/** pixdim[1..3] without their sign; null where one is zero, absurd or no number. */
function voxelSizes(header: NIFTI1 | NIFTI2): Triple | null {
  const [x, y, z] = [1, 2, 3].map((axis) => Math.abs(header.pixDims[axis] ?? 0));
  if (x === undefined || y === undefined || z === undefined) return null;
  return [x, y, z].every(isUsableEdge) ? [x, y, z] : null;
}

function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > 0.01 * Math.max(a, b);
}

function written(millimetres: number): string {
  return String(Number(millimetres.toPrecision(3)));
}

function millimetresOf(units: number, spacing: Triple): { factor: number; implausible: boolean } {
  const factor = millimetresPerUnit[units & 7] ?? 1;
  const possible = spacing.every((edge) => edge * factor >= 0.001 && edge * factor <= 100);
  return possible || factor === 1 ? { factor, implausible: false } : { factor: 1, implausible: true };
}

/** A scan whose two affines place a voxel more than half a voxel apart says two different things. */
function compareForms(warn: Warn, sform: number[], qform: number[], shape: Triple): void {
  const [s, q] = [orientationOf(sform), orientationOf(qform)];
  const both: [Words, Words] = [
    `qform ${affineText(qform)}`,
    sentence('the same as the sform {sform}', { sform: affineText(sform) }),
  ];
  if (s !== q) {
    warn(
      'nifti-forms-disagree',
      'qform',
      both,
      sentence(
        'sform says {s}, qform says {q}; the sform was used. Compare the scan with its source: left and right may be swapped.',
        { s, q },
      ),
    );
    return;
  }
  const apartMm = largestDisplacement(sform, qform, shape);
  if (apartMm > 0.5 * Math.min(...spacingOf(sform))) {
    warn(
      'nifti-forms-disagree',
      'qform',
      both,
      sentence('sform and qform place voxels up to {apartMm} mm apart; the sform was used.', {
        apartMm: written(apartMm),
      }),
    );
  }
}
