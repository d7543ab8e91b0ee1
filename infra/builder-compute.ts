/** The computes of CodeBuild that Bough supports: Lambda, and containers on EC2. */
export const COMPUTES = ['lambda', 'container'] as const;
/** A compute of CodeBuild. */
export type Compute = (typeof COMPUTES)[number];

/** The sizes of each compute, from the smallest. */
export const SIZES = {
  lambda: ['nano', 'micro', 'small', 'medium'],
  container: ['small', 'medium', 'large', 'xlarge'],
} as const;
/** A size that one of the computes has. */
export type BuilderSize = (typeof SIZES)[Compute][number];

/** All sizes of machines, from the smallest. */
export const BUILDER_SIZES = [
  ...new Set<BuilderSize>([...SIZES.lambda, ...SIZES.container]),
] as const satisfies readonly BuilderSize[];

/** The default duration of a build, in minutes. */
export const DEFAULT_MINUTES = { lambda: 14, container: 30 } as const satisfies Record<Compute, number>;

/** The longest build on Lambda compute, in minutes: AWS ends it after 15 without a result, so the builder ends it before. */
export const longestOnLambda = DEFAULT_MINUTES.lambda;

/**
 * The regions that have Lambda compute, as AWS documents them:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.regions
 */
const REGIONS: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'eu-central-1',
  'eu-west-1',
  'sa-east-1',
]);

/** The settings that decide where builds run, as the user gave them. */
export interface ComputeSettings {
  readonly builderCompute?: Compute | undefined;
  readonly builderImage?: string | undefined;
  readonly builderSize: BuilderSize;
  readonly builderTimeoutMinutes?: number | undefined;
  readonly builderPrivileged: boolean;
}

/** A setting that Lambda compute cannot fulfil. */
interface Obstacle {
  /** The setting as on the command line: `name=value`. */
  readonly setting: string;
  readonly because: string;
}

function obstacles(settings: ComputeSettings): Obstacle[] {
  const { builderImage, builderPrivileged, builderSize, builderTimeoutMinutes = 0 } = settings;
  const all: (Obstacle & { readonly is: boolean })[] = [
    {
      is: builderImage !== undefined,
      setting: `builderImage=${builderImage}`,
      because: 'builds on Lambda compute run in an image of CodeBuild for Node.js',
    },
    {
      is: builderPrivileged,
      setting: 'builderPrivileged=true',
      because: 'Lambda compute has no Docker',
    },
    {
      is: !isSizeOf('lambda', builderSize),
      setting: `builderSize=${builderSize}`,
      because: `Lambda compute has ${listed(SIZES.lambda)}`,
    },
    {
      is: builderTimeoutMinutes > longestOnLambda,
      setting: `builderTimeoutMinutes=${builderTimeoutMinutes}`,
      because: `builds on Lambda compute take at most ${longestOnLambda} minutes`,
    },
  ];
  return all.filter(({ is }) => is);
}

/** The sizes in a sentence. */
export function listed(sizes: readonly string[]): string {
  return `${sizes.slice(0, -1).join(', ')} and ${sizes.at(-1)}`;
}

function isSizeOf(compute: Compute, size: BuilderSize): boolean {
  return SIZES[compute].some((one) => one === size);
}

/**
 * Returns the compute of builds: the one that is set, otherwise Lambda where the region has it and no other setting
 * excludes it. `region` is the region of the deployment, if known.
 */
export function computeOf(settings: ComputeSettings, region: string | undefined): Compute {
  if (settings.builderCompute !== undefined) return settings.builderCompute;
  const hasLambda = region !== undefined && REGIONS.has(region);
  return hasLambda && obstacles(settings).length === 0 ? 'lambda' : 'container';
}

/** The settings that contradict the compute of builds, one sentence each, with a remedy. */
export function computeProblems(settings: ComputeSettings, region: string | undefined): string[] {
  const { builderCompute, builderSize } = settings;
  if (builderCompute === 'lambda') {
    return obstacles(settings).map(
      ({ setting, because }) =>
        `The settings builderCompute=lambda and ${setting} contradict each other: ${because}. Set builderCompute=container, or change the other setting.`,
    );
  }
  if (computeOf(settings, region) === 'lambda' || isSizeOf('container', builderSize)) return [];
  const reason = builderCompute === undefined ? otherReason(settings, region) : 'builderCompute=container';
  return [
    `The setting builderSize=${builderSize} requires Lambda compute, and builds run in containers: ${reason}. Set one of the sizes ${listed(SIZES.container)}, or builderCompute=lambda.`,
  ];
}

/** The reason for which builds run in containers by default. */
function otherReason(settings: ComputeSettings, region: string | undefined): string {
  const [obstacle] = obstacles(settings);
  if (obstacle !== undefined) return `${obstacle.setting}, and ${obstacle.because}`;
  if (region === undefined) return 'the region of the deployment is unknown';
  return `AWS names no Lambda compute in ${region}`;
}

/** The settings with the defaults that depend on the compute. */
export function withCompute<T extends ComputeSettings>(settings: T, region: string | undefined) {
  const builderCompute = computeOf(settings, region);
  return {
    ...settings,
    builderCompute,
    builderTimeoutMinutes: settings.builderTimeoutMinutes ?? DEFAULT_MINUTES[builderCompute],
  };
}

/** The codes of AWS's quotas for concurrent builds. */
const QUOTAS = {
  lambda: {
    arm64: { nano: 'L-FD92223D', micro: 'L-DE99852F', small: 'L-72045165', medium: 'L-546A802A' },
    x86_64: { nano: 'L-03FBB1ED', micro: 'L-1DFDD5F9', small: 'L-39DB2B0B', medium: 'L-049948E0' },
  },
  container: {
    arm64: { small: 'L-5ED1D25B', medium: 'L-DF544FF3', large: 'L-596BEAB4', xlarge: 'L-8D06F3EA' },
    x86_64: { small: 'L-9D07B6EF', medium: 'L-2DC20C30', large: 'L-4DDC4A99', xlarge: 'L-04E5CA62' },
  },
} as const;

/** The code of the quota for concurrent builds on this machine. */
export function buildQuotaCode(
  settings: MachineSettings & { readonly builderArchitecture: 'arm64' | 'x86_64' },
): string {
  const { lambda, container } = QUOTAS;
  const { builderArchitecture: architecture } = settings;
  return ofMachine({ lambda: lambda[architecture], container: container[architecture] }, settings);
}

interface MachineSettings {
  readonly builderCompute: Compute;
  readonly builderSize: BuilderSize;
}

/** Returns the value for the compute and the size of these settings. */
export function ofMachine<T>(
  values: Readonly<Record<Compute, Partial<Record<BuilderSize, T>>>>,
  { builderCompute, builderSize }: MachineSettings,
): T {
  const value = values[builderCompute][builderSize];
  if (value === undefined) throw new RangeError(`${builderCompute} has no size ${builderSize}`);
  return value;
}
