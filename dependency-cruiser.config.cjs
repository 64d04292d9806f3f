/** What may import what: the rooms of README's layout, one way, types included. Checked by `npm test`. */
const rooms = (...names) => `^(${names.join('|')})(/|\\.ts$)`;

/** What the relay promises to whoever deploys it. */
const CONTRACT = '^relay/contract\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'two files that need each other are one file, or lack an interface',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'sources-without-tests',
      comment: 'what is shipped or run knows no test',
      severity: 'error',
      from: {
        path: rooms(
          'constructs',
          'link',
          'cli',
          'relay',
          'environments',
          'local',
          'testing',
          'examples',
          'main',
        ),
      },
      to: { path: rooms('test', 'bench') },
    },
    {
      name: 'testing-for-tests',
      comment:
        'the kit is for tests, of this project or of who uses it: what is deployed or run needs none of it',
      severity: 'error',
      from: { path: rooms('constructs', 'link', 'cli', 'relay', 'environments', 'local', 'bench', 'main') },
      to: { path: rooms('testing', 'examples') },
    },
    {
      name: 'testing-of-local-contract',
      comment: 'of local Azure, the kit for tests knows the contract and the bundle that the package carries',
      severity: 'error',
      from: { path: rooms('testing') },
      to: { path: rooms('local'), pathNot: '^local/(contract|bundled)\\.ts$' },
    },
    {
      name: 'testing-without-commands',
      comment:
        'the kit synthesizes, deploys into local Azure and looks: of the relay it knows the contract, of a command line nothing',
      severity: 'error',
      from: { path: rooms('testing') },
      to: { path: rooms('cli', 'environments', 'relay', 'examples'), pathNot: CONTRACT },
    },
    {
      name: 'examples-as-users-write',
      comment: "an example is what a user writes: it knows the package's name and nothing behind it",
      severity: 'error',
      from: { path: rooms('examples') },
      to: { path: rooms('constructs', 'link', 'cli', 'relay', 'environments', 'local', 'testing', 'main') },
    },
    {
      name: 'link-alone',
      comment: 'what "linked" means needs no stack, no command and no relay',
      severity: 'error',
      from: { path: rooms('link') },
      to: {
        path: rooms(
          'constructs',
          'cli',
          'relay',
          'environments',
          'local',
          'node_modules/(cdkt[fn]|constructs|@cdkt[fn])',
        ),
      },
    },
    {
      name: 'relay-alone',
      comment: 'the relay runs in a Function: it knows link/ and nothing of stacks',
      severity: 'error',
      from: { path: rooms('relay') },
      to: {
        path: rooms(
          'constructs',
          'cli',
          'environments',
          'local',
          'node_modules/(cdkt[fn]|constructs|@cdkt[fn])',
        ),
      },
    },
    {
      name: 'constructs-of-link-and-contract',
      comment:
        'of the relay, the library knows its contract and its built package; of a command line, nothing',
      severity: 'error',
      from: { path: rooms('constructs') },
      to: { path: rooms('cli', 'environments', 'local', 'relay'), pathNot: CONTRACT },
    },
    {
      name: 'cli-without-constructs',
      comment: 'commands work on any stack, also on one whose library is not there',
      severity: 'error',
      from: { path: rooms('cli') },
      to: {
        path: rooms('constructs', 'environments', 'local', 'node_modules/(cdkt[fn]|constructs|@cdkt[fn])'),
      },
    },
    {
      name: 'core-below-services',
      comment: 'what all services share knows none of them',
      severity: 'error',
      from: { path: '^constructs/core/' },
      to: { path: '^constructs/(?!core/)' },
    },
    {
      name: 'local-azure-alone',
      comment: "local Azure and the stand-in providers know Azure's wire formats and nothing of this library",
      severity: 'error',
      from: { path: '^local/(azure|providers|push-services|functions)' },
      to: { path: rooms('constructs', 'cli', 'relay', 'link', 'environments') },
    },
    {
      name: 'environments-of-constructs',
      comment: 'environments are stacks of the library',
      severity: 'error',
      from: { path: rooms('environments') },
      to: { path: rooms('cli', 'local', 'relay'), pathNot: CONTRACT },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    exclude: { path: '^(dist|cdktf\\.out)/' },
  },
};
