import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SOURCE_LINES = join(__dirname, '../../../scripts/synth/source-lines.cjs');

test('an error stays what it is when the map of its lines is gone', () => {
  const script = `
    const gone = () => require('node:fs').readFileSync('/kept/app.map');
    require('${SOURCE_LINES}').nameSourceLines('/kept/app.cjs', gone, '/kept');
    new (require('node:vm').Script)('null.name', { filename: '/kept/app.cjs' }).runInThisContext();`;
  const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toContain('TypeError: Cannot read properties of null');
  expect(stderr).toContain('at /kept/app.cjs:1:');
});
