// Starts with the snapshot that it is given, and prints what is there then, and after a reset.
const { readFileSync } = require('node:fs');
const { startLocalAzure } = require('acs-push-local');
const { arm } = require('./arm.cjs');

async function main() {
  const azure = await startLocalAzure({ snapshot: JSON.parse(readFileSync(process.argv[2], 'utf8')) });
  const containers =
    '/resourceGroups/rg-packed/providers/Microsoft.Storage/storageAccounts/stpacked/blobServices/default/containers';
  const listed = await arm(azure, 'GET', containers, '2023-05-01');
  await azure.reset();
  const gone = await arm(azure, 'GET', containers, '2023-05-01');
  process.stdout.write(
    JSON.stringify({ names: listed.body.value.map(({ name }) => name), gone: gone.status }),
  );
  await azure.close();
}

void main();
