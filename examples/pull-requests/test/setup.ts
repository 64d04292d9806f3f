import { matchers, snapshotSerializer } from 'cdktf-acs-push/testing';
import { expect } from 'vitest';

expect.extend(matchers);
expect.addSnapshotSerializer(snapshotSerializer);
