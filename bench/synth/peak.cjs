// Loaded into a process whose memory is looked at: writes down the most that it held, in kilobytes.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

process.on('exit', () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(join(process.env.PEAK_FOLDER, `${process.pid}`), `${maxRSS}`);
});
