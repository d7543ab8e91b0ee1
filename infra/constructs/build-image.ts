import { Stack } from 'aws-cdk-lib';
import { type IBuildImage, LinuxArmBuildImage, LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { isCurated } from '../builder-settings.ts';
import type { Settings } from '../settings.ts';

type Architecture = Settings['builderArchitecture'];

const DEFAULTS = {
  arm64: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
  x86_64: LinuxBuildImage.AMAZON_LINUX_2023_5,
} as const satisfies Record<Architecture, IBuildImage>;

/** An image of a private registry of ECR: account, region, repository, tag or digest. */
const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?:[:@](.+))?$/;

/** The image of builds. The project's role gets the right to pull an image from ECR. */
export function buildImage(
  scope: Construct,
  { builderImage: image, builderArchitecture }: Pick<Settings, 'builderImage' | 'builderArchitecture'>,
): IBuildImage {
  if (image === undefined) return DEFAULTS[builderArchitecture];
  const kind = builderArchitecture === 'arm64' ? LinuxArmBuildImage : LinuxBuildImage;
  if (isCurated(image)) return kind.fromCodeBuildImageId(image);
  const [, account, region, repositoryName, version] = ECR.exec(image) ?? [];
  if (account === undefined || region === undefined || repositoryName === undefined) {
    return kind.fromDockerRegistry(image);
  }
  return kind.fromEcrRepository(repositoryAt(scope, account, region, repositoryName), version);
}

function repositoryAt(scope: Construct, account: string, region: string, resourceName: string): IRepository {
  const repositoryArn = Stack.of(scope).formatArn({
    service: 'ecr',
    account,
    region,
    resource: 'repository',
    resourceName,
  });
  return Repository.fromRepositoryAttributes(scope, 'Image', { repositoryArn, repositoryName: resourceName });
}
