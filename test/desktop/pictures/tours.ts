/** The ways through the program on which every page is seen. */
import type { Camera } from './camera.ts';
import { findingsTour } from './findings-tour.ts';
import { groupsTour } from './groups-tour.ts';
import { scansTour } from './scans-tour.ts';
import { tableTour } from './table-tour.ts';

export const tours: Readonly<Record<string, (camera: Camera) => Promise<void>>> = {
  table: tableTour,
  scans: scansTour,
  groups: groupsTour,
  findings: findingsTour,
};
