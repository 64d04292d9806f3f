import { drawingOf } from '../../../page/browser/drawing';
import type { Breakage } from '../../../page/model';
import { HUB_ID } from '../../support/harness';

/** How the linked hub and its ways out are drawn. */
function drawn(rejectedCredentials: Breakage['rejectedCredentials']): string[] {
  const at = '2026-01-01T00:00:00.000Z';
  const link = {
    acsId: 'acs',
    effective: { hubId: HUB_ID, linkedAt: at, effectiveAt: at, keyValid: true },
    pending: [],
    relays: [],
  };
  const { nodes, edges } = drawingOf(link, { unreachable: [], rejectedCredentials, throttledPercent: 0 });
  return [
    nodes.find(({ place }) => place === 'linkedHub')!.words,
    ...edges.filter(({ from }) => from === 'linkedHub').map(({ to, state }) => `${to} ${state}`),
  ];
}

test.each<[string, Breakage['rejectedCredentials'], string[]]>([
  ['none', [], ['sends', 'apns ok', 'fcmv1 ok']],
  ['one push service', [{ service: 'apns' }], ['sends', 'apns broken', 'fcmv1 ok']],
  [
    'one push service of this hub',
    [{ service: 'fcmv1', hubId: HUB_ID.toUpperCase() }],
    ['sends', 'apns ok', 'fcmv1 broken'],
  ],
  ['this hub', [{ hubId: HUB_ID }], ['credential refused', 'apns broken', 'fcmv1 broken']],
  [
    'each push service',
    [{ service: 'apns' }, { service: 'fcmv1' }, { service: 'browser' }],
    ['credential refused', 'apns broken', 'fcmv1 broken'],
  ],
  ['another hub', [{ hubId: `${HUB_ID}-other` }], ['sends', 'apns ok', 'fcmv1 ok']],
])('credentials of %s are refused', (_, rejected, expected) => {
  expect(drawn(rejected)).toEqual(expected);
});
