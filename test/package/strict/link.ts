import {
  ArmReader,
  credentialFrom,
  parseResourceId,
  ResourceIdError,
  type TokenCredential,
} from 'cdktf-acs-push/link';

const own: TokenCredential = { getToken: async () => ({ token: 'none', expiresOnTimestamp: 0 }) };
const readers = [own, credentialFrom({ ARM_USE_CLI: 'true' })].map(
  (credential) => new ArmReader({ credential }),
);
try {
  parseResourceId('no id');
} catch (error) {
  process.stdout.write(
    JSON.stringify([error instanceof ResourceIdError, readers.map(({ requests }) => requests)]),
  );
}
