// Prints as JSON what publint and arethetypeswrong say of a package's tarball. Both are modules that a test cannot import.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

const data = readFileSync(process.argv[2]);
const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
const { messages } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
const analysis = await checkPackage(createPackageFromTarballData(data));
process.stdout.write(
  JSON.stringify({
    published: messages.map(({ code, path, args }) => ({ code, path: path.join('.'), args })),
    problems: analysis.types === false ? ['no types'] : analysis.problems,
    resolved: Object.fromEntries(
      Object.entries(analysis.entrypoints ?? {}).map(([name, { resolutions }]) => [
        name,
        Object.entries(resolutions).flatMap(([how, { resolution }]) => (resolution ? [how] : [])),
      ]),
    ),
  }),
);
