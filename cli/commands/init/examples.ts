/** An example of the directory `examples`, whose `.bough/` files `bough init` writes. */
export interface Example {
  readonly name: string;
  /** The kind of repository, as a list shows it. */
  readonly title: string;
  /** A condition of the files, or a value to set in them. */
  readonly note?: string;
}

/** All examples, the most common first. */
export const examples = [
  { name: 'static-site', title: 'A static site without a build' },
  {
    name: 'vite-spa',
    title: 'A single-page application with Vite',
    note: '.bough/deploy needs a package-lock.json and a script `build` that ends with `vite build`.',
  },
  {
    name: 'monorepo',
    title: 'A monorepo with several sites',
    note: 'Set `primary` in .bough/deploy to the directory of your main application.',
  },
  {
    name: 'terraform',
    title: 'An API with Terraform',
    note: 'Deploy .bough/setup.yaml first: it creates the bucket for the state and the role of the builds. The page of the example says how.',
  },
  {
    name: 'cdk-api',
    title: 'An API with the CDK',
    note: 'Deploy .bough/setup.yaml first: it creates the role of the builds. The page of the example says how, and which lines of the app depend on it.',
  },
  {
    name: 'sam-api',
    title: 'An API with SAM',
    note: 'Deploy .bough/setup.yaml first: it creates the role of the builds. The page of the example says how, and which lines of the template depend on it.',
  },
  {
    name: 'container',
    title: 'A container on Lambda',
    note: 'Deploy .bough/setup.yaml first, add the Lambda Web Adapter to the Dockerfile, and allow Docker in builds with builderPrivileged. The page of the example says how.',
  },
  {
    name: 'aurora-clone',
    title: "Clones of the parent's Aurora database",
    note: 'Write .bough/mask.sql for your tables, deploy .bough/setup.yaml first, and let builds take half an hour with builderCompute=container. The page of the example says how.',
  },
] as const satisfies readonly Example[];

/** The name of an example. */
export type ExampleName = (typeof examples)[number]['name'];
