import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../../../package.json';
import { namesNow } from './stacks';

/** Writes down what this version names: run it once when a version is released, see docs/names.md. */
writeFileSync(join(__dirname, `${version}.json`), `${JSON.stringify(namesNow(), null, 2)}\n`);
