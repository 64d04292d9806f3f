// npm runs it before it publishes: whoever finds the package has to find where it is made.
import { readFileSync } from 'node:fs';

const { repository, bugs, homepage } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const missing = Object.entries({ repository, bugs, homepage })
  .filter(([, value]) => value === undefined)
  .map(([name]) => name);

if (missing.length > 0) {
  process.stderr.write(
    `package.json does not say where the package is made: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing\n` +
      "npm pkg set repository=https://{host}/{owner}/{name} bugs=https://{host}/{owner}/{name}/issues 'homepage=https://{host}/{owner}/{name}#readme'\n",
  );
  process.exit(1);
}
