import { ReflectionKind } from 'typedoc';

/** Services whose name is not that of their folder with a capital letter. The first stand first. */
const SERVICES = {
  'push-notifications': 'Push notifications',
  communication: 'Communication Services',
  'notification-hubs': 'Notification Hubs',
  'event-grid': 'Event Grid',
  credentials: 'Credentials',
  relay: 'Relay',
  verification: 'Verification',
  monitoring: 'Monitoring',
  authorization: 'Authorization',
  network: 'Network',
  storage: 'Storage',
  publishing: 'Publishing',
  azapi: 'azapi',
  core: 'All constructs',
};

/** The exports of a module by the folder that they are from: `[service, exports][]`. */
export function byService(exports) {
  const found = new Map();
  for (const reflection of exports) {
    const service = serviceOf(fileOf(reflection));
    found.set(service, [...(found.get(service) ?? []), reflection]);
  }
  const order = Object.values(SERVICES);
  const place = (service) => (order.includes(service) ? order.indexOf(service) : order.length);
  return [...found].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
}

function serviceOf(file) {
  const [, folder] = /^constructs\/([^/]+)\//.exec(file) ?? [];
  if (folder) return SERVICES[folder] ?? folder[0].toUpperCase() + folder.slice(1).replaceAll('-', ' ');
  return file.startsWith('constructs/') || file.startsWith('relay/') ? SERVICES.relay : '';
}

/** The file that declares something, by its path in the project. */
export function fileOf(reflection) {
  const { sources = [], signatures } = reflection;
  return (sources[0] ?? signatures?.[0]?.sources?.[0])?.fileName ?? '';
}

/** What a type is made of that has properties of its own: an interface, or an object type written where it is used. */
export function membersOf(reflection) {
  const members = reflection.children ?? reflection.type?.declaration?.children ?? [];
  return reflection.kindOf?.(ReflectionKind.Variable) ? [] : members;
}

/** Ids within the page: those that GitHub gives headings, for exports, and `export-member` for what they have. */
export function anchorsOf(modules) {
  const anchors = new Map();
  const taken = new Map();
  for (const reflection of modules.flatMap(({ exports }) => exports)) {
    const slug = reflection.name.toLowerCase();
    const times = taken.get(slug) ?? 0;
    taken.set(slug, times + 1);
    anchors.set(reflection, times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}
