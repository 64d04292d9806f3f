// Fills a local Azure, storage included, and prints its snapshot.
import { startLocalAzure } from 'acs-push-local';
import { arm } from './arm.cjs';

const azure = await startLocalAzure({ seed: 7 });
const group = '/resourceGroups/rg-packed';
const account = `${group}/providers/Microsoft.Storage/storageAccounts/stpacked`;
await arm(azure, 'PUT', group, '2023-07-01', { location: 'westeurope' });
await arm(azure, 'PUT', account, '2023-05-01', { location: 'westeurope', properties: {} });
await arm(azure, 'PUT', `${account}/blobServices/default/containers/packed`, '2023-05-01', {
  properties: {},
});
process.stdout.write(JSON.stringify(await azure.snapshot()));
await azure.close();
