import { Duration } from 'aws-cdk-lib';
import {
  BuildSpec,
  ComputeType,
  type IBuildImage,
  LinuxArmLambdaBuildImage,
  LinuxLambdaBuildImage,
  type ProjectProps,
} from 'aws-cdk-lib/aws-codebuild';
import type { Construct } from 'constructs';
import { ofMachine } from '../builder-compute.ts';
import { isCurated } from '../builder-settings.ts';
import type { Settings } from '../settings.ts';
import { buildImage } from './build-image.ts';

const RUN = { build: { commands: ['node --enable-source-maps "$CODEBUILD_SRC_DIR/index.mjs"'] } };

/** The runtimes of CodeBuild's own images for containers. Other images have only one version of Node. */
const RUNTIMES = { install: { 'runtime-versions': { nodejs: 22 } } };

const COMPUTE_TYPES = {
  lambda: {
    nano: ComputeType.LAMBDA_1GB,
    micro: ComputeType.LAMBDA_2GB,
    small: ComputeType.LAMBDA_4GB,
    medium: ComputeType.LAMBDA_8GB,
  },
  container: {
    small: ComputeType.SMALL,
    medium: ComputeType.MEDIUM,
    large: ComputeType.LARGE,
    xlarge: ComputeType.X_LARGE,
  },
} as const;

const LAMBDA_IMAGES = {
  arm64: LinuxArmLambdaBuildImage.AMAZON_LINUX_2023_NODE_22,
  x86_64: LinuxLambdaBuildImage.AMAZON_LINUX_2023_NODE_22,
} as const satisfies Record<Settings['builderArchitecture'], IBuildImage>;

type Machine = Pick<ProjectProps, 'buildSpec' | 'environment' | 'timeout' | 'queuedTimeout'>;

/** The properties of a CodeBuild project that depend on its compute. The project's role gets the right to pull an image from ECR. */
export function buildMachine(scope: Construct, settings: Settings): Machine {
  const { builderCompute, builderArchitecture, builderImage, builderPrivileged } = settings;
  const computeType = ofMachine<ComputeType>(COMPUTE_TYPES, settings);
  if (builderCompute === 'lambda') {
    // Lambda compute refuses both timeouts: the builder ends a build itself, and nothing is queued.
    return {
      buildSpec: spec(RUN),
      environment: { buildImage: LAMBDA_IMAGES[builderArchitecture], computeType },
    };
  }
  const hasRuntimes = builderImage === undefined || isCurated(builderImage);
  return {
    buildSpec: spec({ ...(hasRuntimes ? RUNTIMES : {}), ...RUN }),
    environment: { buildImage: buildImage(scope, settings), computeType, privileged: builderPrivileged },
    timeout: Duration.minutes(settings.builderTimeoutMinutes),
    // The default of 8 hours would block the environment. Both limits end with the status TIMED_OUT.
    queuedTimeout: Duration.hours(1),
  };
}

function spec(phases: object): BuildSpec {
  return BuildSpec.fromObject({ version: '0.2', phases });
}
