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
          'terminal',
          'demo',
          'judges',
          'scripts',
        ),
      },
      to: { path: rooms('test', 'bench') },
    },
    {
      name: 'sources-without-makers',
      comment: 'scripts make of the rooms what is shipped and what is read; no room needs who makes it',
      severity: 'error',
      from: { pathNot: '^(scripts|bench|test)/' },
      to: { path: rooms('scripts') },
    },
    {
      name: 'testing-for-tests',
      comment:
        'the kit is for tests, of this project or of who uses it: what is deployed or run needs none of it',
      severity: 'error',
      from: { path: rooms('constructs', 'link', 'cli', 'relay', 'environments', 'local', 'main') },
      to: { path: rooms('testing', 'examples') },
    },
    {
      name: 'testing-of-local-contract',
      comment:
        'what the kit exports knows of local Azure the contract and the bundle that the package carries; the rest of testing/local is in that bundle',
      severity: 'error',
      from: { path: '^testing/(?!local/)' },
      to: { path: '^(local|testing/local)/', pathNot: '^testing/local/(contract|bundled)\\.ts$' },
    },
    {
      name: 'testing-without-commands',
      comment:
        'the kit synthesizes, deploys into local Azure and looks: of the relay it knows the contract and the tags of users, of a command line nothing',
      severity: 'error',
      from: { path: rooms('testing') },
      to: {
        path: rooms('cli', 'environments', 'relay', 'examples', 'demo'),
        pathNot: `${CONTRACT}|^relay/tags\\.ts$`,
      },
    },
    {
      name: 'demo-above-all',
      comment: 'the story of npm start is told over all rooms: judges alone try it as well',
      severity: 'error',
      from: { pathNot: '^(demo|judges|test)/' },
      to: { path: rooms('demo') },
    },
    {
      name: 'judges-above-all',
      comment: 'what is judged knows no judge; pages alone tell what judges would ask',
      severity: 'error',
      from: { pathNot: '^(judges|scripts/pages|test)/' },
      to: { path: rooms('judges') },
    },
    {
      name: 'pages-of-assumptions',
      comment: 'of judges, pages know the assumptions that they list, and not who settles them',
      severity: 'error',
      from: { path: '^scripts/pages/' },
      to: { path: rooms('judges'), pathNot: '^judges/live/assumptions?[/.]' },
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
      name: 'terminal-alone',
      comment: 'how progress is shown knows nothing of what makes it',
      severity: 'error',
      from: { path: rooms('terminal') },
      to: {
        path: rooms(
          'constructs',
          'link',
          'cli',
          'relay',
          'environments',
          'local',
          'testing',
          'demo',
          'judges',
          'main',
        ),
      },
    },
    {
      name: 'terminal-of-commands',
      comment: 'only what a person starts talks to a terminal: the library, the relay and local Azure do not',
      severity: 'error',
      from: { pathNot: '^(terminal|cli|demo|judges|test)/' },
      to: { path: rooms('terminal') },
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
      name: 'local-alone',
      comment:
        "acs-push-local is a package of its own: it knows Azure's wire formats and Terraform's protocol, and no room beside it",
      severity: 'error',
      from: { path: '^local/' },
      to: {
        path: rooms(
          'constructs',
          'link',
          'cli',
          'relay',
          'environments',
          'testing',
          'demo',
          'judges',
          'examples',
          'test',
          'bench',
          'scripts',
          'main',
        ),
      },
    },
    {
      name: 'local-core-below-services',
      comment: 'what all services of local Azure share knows none of them, nor what plays them',
      severity: 'error',
      from: { path: '^local/azure/core/' },
      to: { path: '^local/(?!azure/core/)' },
    },
    {
      name: 'local-services-below',
      comment:
        'services know the core, the push services and the host of functions, and not who puts them together',
      severity: 'error',
      from: { path: '^local/(azure/services|push-services)/' },
      to: { path: '^local/(?!azure/core/|azure/services/|push-services/|functions/)' },
    },
    {
      name: 'local-services-one-way',
      comment: 'a service that needs another is not needed by it',
      severity: 'error',
      scope: 'folder',
      from: { path: '^local/azure/services/[^/]+$' },
      to: { circular: true },
    },
    {
      name: 'local-control-of-core',
      comment: 'the control API serves what services declare, and knows none of them',
      severity: 'error',
      from: { path: '^local/control/' },
      to: { path: '^local/(?!control/|azure/core/|package\\.json$)' },
    },
    {
      name: 'local-push-services-alone',
      comment: 'push services know nobody who sends',
      severity: 'error',
      from: { path: '^local/push-services/' },
      to: { path: '^local/(azure/services|functions)/' },
    },
    {
      name: 'local-functions-alone',
      comment: 'the host of functions runs code, whoever asks',
      severity: 'error',
      from: { path: '^local/functions/' },
      to: { path: '^local/(?!functions/)' },
    },
    {
      name: 'local-terraform-alone',
      comment: 'the stand-in providers reach Azure by its wire formats alone',
      severity: 'error',
      from: { path: '^local/terraform/' },
      to: { path: '^local/(?!terraform/)' },
    },
    {
      name: 'local-page-of-services',
      comment: 'what the page shows is read off the services, whoever starts them and serves it',
      severity: 'error',
      from: { path: '^local/page/(?!browser/)' },
      to: { path: '^local/(?!page/(?!browser/)|azure/core/|azure/services[/.]|push-services/)' },
    },
    {
      name: 'local-page-in-a-browser',
      comment: 'what the browser runs knows the contract of the page and Preact, and nothing that needs Node',
      severity: 'error',
      from: { path: '^local/page/browser/' },
      to: { pathNot: '^local/page/(browser/|model\\.ts$)|^node_modules/preact/' },
    },
    {
      name: 'local-page-in-a-browser',
      comment: 'nothing that Node runs needs what the browser runs',
      severity: 'error',
      from: { pathNot: '^(local/page/browser|test|local/test)/' },
      to: { path: '^local/page/browser/' },
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
