/** The directions of imports between the layers; docs/architecture.md lists them. */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'Rules depend on nothing: no package, no Node module, no other layer.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { pathNot: '^shared/domain/' },
    },
    {
      name: 'ports-import-the-domain-only',
      severity: 'error',
      from: { path: '^shared/ports/' },
      to: { pathNot: '^shared/(domain|ports)/' },
    },
    {
      name: 'workflow-imports-no-adapter',
      comment: 'A use case calls ports; the composition roots choose the adapters.',
      severity: 'error',
      from: { path: '^shared/workflow/' },
      to: { pathNot: ['^shared/(domain|ports|workflow)/', '^shared/errors\\.ts$'] },
    },
    {
      name: 'steps-belong-to-use-cases',
      comment:
        'Programs call use cases: a file directly in a folder of shared/workflow. Steps and commits are parts of them.',
      severity: 'error',
      from: { pathNot: ['^shared/workflow/', '^test/'] },
      to: { path: '^shared/workflow/(commit|[^/]+/steps)/' },
    },
    {
      name: 'steps-call-no-use-case',
      severity: 'error',
      from: { path: '^shared/workflow/[^/]+/steps/' },
      to: { path: '^shared/workflow/(?!commit/)[^/]+/[^/]+\\.ts$' },
    },
    {
      name: 'commit-imports-no-use-case',
      severity: 'error',
      from: { path: '^shared/workflow/commit/' },
      to: { path: '^shared/workflow/(?!commit/)' },
    },
    {
      name: 'providers-import-no-other-provider',
      comment: 'One folder per provider; only connect.ts and webhook-formats.ts list them.',
      severity: 'error',
      from: { path: '^shared/providers/(bitbucket-[^/]+)/' },
      to: { path: '^shared/providers/bitbucket-', pathNot: '^shared/providers/$1/' },
    },
    {
      name: 'shared-imports-no-program',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra|cli|local|test)/' },
    },
    {
      name: 'functions-import-no-other-function',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^(functions/([^/]+)|infra|cli|local|test)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'infra-reads-only-configs',
      comment: 'The stack imports only the config.ts of a function, and nothing of the local stack.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(functions|cli|local)/', pathNot: '^functions/[^/]+/config\\.ts$' },
    },
    {
      name: 'local-runs-bundles',
      comment:
        'The local stack runs the bundles and the template; it imports no product code but pure rules, and the server of the console, which runs on this machine anyway.',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(functions|cli|shared/(?!domain/))', pathNot: ['^cli/console/', '^cli/errors\\.ts$'] },
    },
    {
      name: 'cli-calls-the-api-only',
      comment: 'The command uses the management API only.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(functions|infra|local|shared/(adapters|workflow|ports|providers))/' },
    },
    {
      name: 'console-calls-the-api-only',
      comment: 'The page uses the management API only, and a helper without dependencies.',
      severity: 'error',
      from: { path: '^console/' },
      to: {
        path: '^(functions|infra|cli|local|shared)/',
        pathNot: ['^shared/api/', '^shared/domain/values/text\\.ts$'],
      },
    },
    {
      name: 'only-the-page-is-in-the-console',
      comment:
        'The page is a program of its own; its tests may test its parts, and the table of limits has its limits.',
      severity: 'error',
      from: { pathNot: ['^(console|test/console)/', '^test/docs/limits\\.test\\.ts$'] },
      to: { path: '^console/' },
    },
    {
      name: 'bitbucket-is-self-contained',
      comment: 'The Bitbucket playground depends on nothing of Bough but two helpers without dependencies.',
      severity: 'error',
      from: { path: '^local/bitbucket/' },
      to: {
        path: '^(infra|functions|shared|cli|console|local|test)/',
        pathNot: ['^local/bitbucket/', '^shared/domain/values/text\\.ts$', '^local/http/guard\\.ts$'],
      },
    },
    {
      name: 'bitbucket-products-are-independent',
      comment: 'Cloud and Server share what lies beside their folders.',
      severity: 'error',
      from: { path: '^local/bitbucket/(cloud|server)/' },
      to: { path: '^local/bitbucket/(cloud|server)/', pathNot: '^local/bitbucket/$1/' },
    },
    {
      name: 'product-never-imports-the-local-stack',
      comment: 'The same bundles run on AWS and locally, so no deployed or installed code depends on local/.',
      severity: 'error',
      from: { path: '^(functions|shared|cli|console|infra)/' },
      to: { path: '^local/' },
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
