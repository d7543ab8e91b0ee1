/** Who may know whom. The design in one file: docs/decisions explain why. */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The rules depend on nothing: no package, no Node module, no other layer.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { pathNot: '^shared/domain/' },
    },
    {
      name: 'ports-know-only-the-domain',
      severity: 'error',
      from: { path: '^shared/ports\\.ts$' },
      to: { pathNot: '^shared/domain/' },
    },
    {
      name: 'workflow-knows-no-adapter',
      comment: 'A use case speaks to ports; the composition roots decide what stands behind them.',
      severity: 'error',
      from: { path: '^shared/workflow/' },
      to: { pathNot: ['^shared/(domain|workflow)/', '^shared/(ports|errors)\\.ts$'] },
    },
    {
      name: 'providers-are-strangers',
      comment: 'One folder per provider; only the registry knows them all.',
      severity: 'error',
      from: { path: '^shared/providers/([^/]+)/' },
      to: { path: '^shared/providers/([^/]+)/', pathNot: '^shared/providers/$1/' },
    },
    {
      name: 'shared-knows-no-program',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra|cli|test)/' },
    },
    {
      name: 'functions-are-strangers',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^(functions/([^/]+)|infra|cli|test)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'infra-knows-only-config',
      comment: 'The stack and the local stack see a function through its environment, never its code.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^functions/', pathNot: '^functions/[^/]+/config\\.ts$' },
    },
    {
      name: 'cli-speaks-http',
      comment: 'The command drives the management API; it has no way around it.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(functions|infra|shared/(adapters|workflow|providers))/' },
    },
    {
      name: 'bitbucket-is-self-contained',
      comment: 'The Bitbucket playground depends on nothing of Bough but two helpers without dependencies.',
      severity: 'error',
      from: { path: '^local/bitbucket/' },
      to: {
        path: '^(infra|functions|shared|cli|console|local|test)/',
        pathNot: ['^local/bitbucket/', '^shared/domain/text\\.ts$', '^local/http/guard\\.ts$'],
      },
    },
    {
      name: 'bitbucket-products-are-independent',
      comment: 'Cloud and Server share what lies beside their folders.',
      severity: 'error',
      from: { path: '^local/bitbucket/(cloud|server)/' },
      to: { path: '^local/bitbucket/(cloud|server)/', pathNot: '^local/bitbucket/$1/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
