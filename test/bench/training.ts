/**
 * How long a training step takes plain and captured, by turns: a block of plain steps, a block of captured ones with the
 * wait for the last result, again and again. One line of JSON: node test/bench/training.ts MODEL [--quick]
 */
import { caseNamed } from './cases.ts';
import { measure, quick, thorough } from './measure.ts';

const [model = '', ...options] = process.argv.slice(2);
console.info(JSON.stringify(await measure(caseNamed(model), options.includes('--quick') ? quick : thorough)));
