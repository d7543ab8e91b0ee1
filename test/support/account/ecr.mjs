import { accountId, authorise, find, findAll, refuse, region, remove, store, storeNew } from './account.mjs';
import { print, readOptions } from './cli.mjs';

/** The address of the account's registry. */
export const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com`;

/** The password of the registry. */
export const password = 'registry-password';

/** The ARN of a repository. */
export const repositoryArn = (name) => `arn:aws:ecr:${region}:${accountId}:repository/${name}`;

/** The images of a repository. */
export const imagesOf = (name) => findAll('images').filter(({ repository }) => repository === name);

const named = { 'repository-name': 'value!' };

function repositoryOf(name, operation) {
  const found = find('repositories', name);
  if (found) return found;
  const message = `The repository with name '${name}' does not exist in the registry with id '${accountId}'`;
  return refuse('RepositoryNotFoundException', operation, message);
}

/** Commands of ECR. */
export const ecr = {
  'get-login-password'(args) {
    readOptions(args, {});
    authorise('GetAuthorizationToken', 'ecr:GetAuthorizationToken', '*');
    process.stdout.write(`${password}\n`);
  },
  'describe-repositories'(args) {
    const options = readOptions(args, { 'repository-names': 'list!' });
    const names = options['repository-names'];
    authorise('DescribeRepositories', 'ecr:DescribeRepositories', names.map(repositoryArn));
    print({ repositories: names.map((name) => repositoryOf(name, 'DescribeRepositories')) }, options);
  },
  'create-repository'(args) {
    const options = readOptions(args, { ...named, 'image-tag-mutability': 'value' });
    const name = options['repository-name'];
    authorise('CreateRepository', 'ecr:CreateRepository', repositoryArn(name));
    if (!/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/.test(name)) {
      refuse(
        'InvalidParameterException',
        'CreateRepository',
        `Invalid parameter at 'repositoryName': ${name}`,
      );
    }
    const repository = {
      repositoryName: name,
      imageTagMutability: options['image-tag-mutability'] ?? 'MUTABLE',
    };
    if (!storeNew('repositories', name, repository)) {
      refuse(
        'RepositoryAlreadyExistsException',
        'CreateRepository',
        `The repository '${name}' already exists`,
      );
    }
    print({ repository }, options);
  },
  'put-lifecycle-policy'(args) {
    const options = readOptions(args, { ...named, 'lifecycle-policy-text': 'value!' });
    const name = options['repository-name'];
    authorise('PutLifecyclePolicy', 'ecr:PutLifecyclePolicy', repositoryArn(name));
    const { rules } = JSON.parse(options['lifecycle-policy-text']);
    const isValid = rules.every(
      ({ rulePriority, selection, action }) => rulePriority > 0 && selection && action,
    );
    if (!isValid)
      refuse('InvalidParameterException', 'PutLifecyclePolicy', 'the lifecycle policy is invalid');
    store('repositories', name, { ...repositoryOf(name, 'PutLifecyclePolicy'), rules });
    print({ repositoryName: name }, options);
  },
  'describe-images'(args) {
    const options = readOptions(args, { ...named, 'image-ids': 'list' });
    const name = options['repository-name'];
    authorise('DescribeImages', 'ecr:DescribeImages', repositoryArn(name));
    repositoryOf(name, 'DescribeImages');
    const tags = (options['image-ids'] ?? []).map((id) => id.replace('imageTag=', ''));
    const found = imagesOf(name).filter(({ tag }) => tags.length === 0 || tags.includes(tag));
    if (found.length < tags.length) {
      refuse(
        'ImageNotFoundException',
        'DescribeImages',
        `The image with imageId {imageTag:'${tags}'} does not exist`,
      );
    }
    print(
      { imageDetails: found.map(({ tag, digest }) => ({ imageDigest: digest, imageTags: [tag] })) },
      options,
    );
  },
  'delete-repository'(args) {
    const options = readOptions(args, { ...named, force: 'flag' });
    const name = options['repository-name'];
    authorise('DeleteRepository', 'ecr:DeleteRepository', repositoryArn(name));
    const repository = repositoryOf(name, 'DeleteRepository');
    const images = imagesOf(name);
    if (images.length > 0 && !options.force) {
      refuse(
        'RepositoryNotEmptyException',
        'DeleteRepository',
        `The repository '${name}' cannot be deleted: images`,
      );
    }
    for (const { uri } of images) remove('images', uri);
    remove('repositories', name);
    print({ repository }, options);
  },
};
