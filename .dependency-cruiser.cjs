// Who may import whom; see docs/architecture.md.
const allow = {
  contract: [],
  voice: ['contract'],
  models: ['contract'],
  store: ['contract'],
  tools: ['contract', 'store'],
  iot: ['contract', 'store', 'tools'],
  assistant: ['contract', 'store', 'tools', 'models', 'iot'],
  preload: ['contract'],
  renderer: ['contract'],
  main: ['contract', 'store', 'voice', 'models', 'tools', 'iot', 'assistant'],
};
const folders = Object.keys(allow).join('|');
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(allow).map(([folder, may]) => ({
      name: `${folder}-may-import-only-${may.join('-') || 'itself'}`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: '[.]test[.]ts$' },
      // Any folder of ours, also one that this table does not know yet.
      to: {
        path: '^[^./][^/]*/',
        pathNot: `^(node_modules|${[folder, ...may].join('|')})/`,
        dependencyTypesNot: ['core'],
        couldNotResolve: false,
      },
    })),
    {
      name: 'tests-are-for-tests',
      severity: 'error',
      from: { path: `^(${folders})/`, pathNot: '[.]test[.]ts$' },
      to: { path: '^tests/|[.]test[.]ts$' },
    },
    {
      name: 'electron-lives-in-two-folders',
      severity: 'error',
      from: { pathNot: '^(main/electron|preload)/' },
      to: { path: '(^|node_modules/)electron($|/)' },
    },
    {
      name: 'vue-lives-in-the-renderer',
      severity: 'error',
      from: { pathNot: '^renderer/' },
      to: { path: '(^|node_modules/)(vue|@vue|vue-router|pinia)($|/)' },
    },
    {
      name: 'node-stays-out-of-the-page',
      severity: 'error',
      from: { path: '^(renderer|contract|preload)/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
  ],
  // doNotFollow, not exclude: excluding node_modules silently switches the electron and vue rules off
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.node.json' }, doNotFollow: { path: 'node_modules' } },
};
