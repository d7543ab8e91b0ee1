import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/source-event.ts';
import type { Delivery } from '../../../shared/ports.ts';
import { webhookFormat } from '../../../shared/providers/bitbucket-cloud/webhook.ts';
import { delivery } from '../../support/deliveries.ts';

const folder = join(import.meta.dirname, '../../../../shared/fixtures/cloud');
const files = existsSync(folder) ? readdirSync(folder) : [];

/** Real payloads by file name; what each says, in one line per event, or why it says nothing. */
const meanings: Record<string, string[]> = {
  'bitrise-io_bitrise-webhooks__pullrequest.comment_created__samplePRCommentCreatedData.json': [
    'nothing: pullrequest:comment_created changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.comment_updated__samplePRCommentUpdatedData.json': [
    'nothing: pullrequest:comment_updated changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.created__sampleForkPullRequestData.json': [
    'pull_request.opened #1 fork:feature/test@6a3451888d91 -> master',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.created__samplePullRequestData.json': [
    'pull_request.opened #1 feature/test@6a3451888d91 -> master',
  ],
  'bitrise-io_bitrise-webhooks__repo.push__sampleCodePushData.json': [
    'branch.pushed master 966d0bfe79b80f97268c2f6bb45e65e79ef09b31',
    'branch.pushed test 19934139a2cf799bbd0f5061ab02e4760902e93f',
  ],
  'bitrise-io_bitrise-webhooks__repo.push__sampleTagPushData.json': [
    'nothing: v0.0.2 is a tag: only branches have environments',
    'nothing: v0.0.1 is a tag: only branches have environments',
  ],
  'bleenco_abstruse__issue.comment_created__IssueCommentCreatedEvent.json': [
    'nothing: issue:comment_created changes no code',
  ],
  'bleenco_abstruse__issue.created__IssueCreatedEvent.json': ['nothing: issue:created changes no code'],
  'bleenco_abstruse__issue.updated__IssueUpdatedEvent.json': ['nothing: issue:updated changes no code'],
  'bleenco_abstruse__pullrequest.approved__PullRequestApprovalEvent.json': [
    'nothing: pullrequest:approved changes no code',
  ],
  'bleenco_abstruse__pullrequest.comment_created__PullRequestCommentEvent.json': [
    'nothing: pullrequest:comment_created changes no code',
  ],
  'bleenco_abstruse__pullrequest.created__PullRequestEvent.json': [
    'pull_request.opened #1 test@47f058cef3a3 -> master',
  ],
  'bleenco_abstruse__repo.commit_comment_created__CommitCommentCreated.json': [
    'nothing: repo:commit_comment_created changes no code',
  ],
  'bleenco_abstruse__repo.commit_status_created__BuildStatusCreated.json': [
    'nothing: repo:commit_status_created changes no code',
  ],
  'bleenco_abstruse__repo.fork__ForkEvent.json': ['nothing: repo:fork changes no code'],
  'bleenco_abstruse__repo.push__PushEvent.json': [
    'branch.pushed test 47f058cef3a3fe785b93e7fcda061bb32bf6655e',
  ],
  'bleenco_abstruse__repo.transfer__TransferEvent.json': ['repository.changed'],
  'bleenco_abstruse__repo.updated__UpdatedEvent.json': ['repository.changed'],
  'drone_go-scm__pullrequest.comment_created__pr_comment_created.json': [
    'nothing: pullrequest:comment_created changes no code',
  ],
  'drone_go-scm__pullrequest.comment_deleted__pr_comment_deleted.json': [
    'nothing: pullrequest:comment_deleted changes no code',
  ],
  'drone_go-scm__pullrequest.created__pr_created.json': [
    'pull_request.opened #1 develop@507a576e59b3 -> master',
  ],
  'drone_go-scm__pullrequest.fulfilled__pr_fulfilled.json': ['pull_request.merged #1'],
  'drone_go-scm__pullrequest.rejected__pr_declined.json': ['pull_request.declined #2'],
  'drone_go-scm__pullrequest.updated__pr_updated.json': [
    'pull_request.updated #1 develop@0704fc5beccc -> master',
  ],
  'drone_go-scm__repo.commit_status_created__pipeline_hook_created.json': [
    'nothing: repo:commit_status_created changes no code',
  ],
  'drone_go-scm__repo.commit_status_updated__pipeline_hook_update.json': [
    'nothing: repo:commit_status_updated changes no code',
  ],
  'drone_go-scm__repo.push__push.json': ['branch.pushed master 141977fedf5cf35aa290ac87d4b5177ac4cd9de1'],
  'drone_go-scm__repo.push__push_branch_create.json': [
    'branch.pushed develop 141977fedf5cf35aa290ac87d4b5177ac4cd9de1',
  ],
  'drone_go-scm__repo.push__push_branch_delete.json': ['branch.deleted develop'],
  'drone_go-scm__repo.push__push_tag_create.json': [
    'nothing: feature/x is a tag: only branches have environments',
  ],
  'drone_go-scm__repo.push__push_tag_delete.json': [
    'nothing: feature/x is a tag: only branches have environments',
  ],
  'go-playground_webhooks__issue.comment_created__docs-style-issue-comment-created.json': [
    'nothing: issue:comment_created changes no code',
  ],
  'go-playground_webhooks__issue.created__docs-style-issue-created.json': [
    'nothing: issue:created changes no code',
  ],
  'go-playground_webhooks__issue.updated__docs-style-issue-updated.json': [
    'nothing: issue:updated changes no code',
  ],
  'go-playground_webhooks__pullrequest.comment_created__docs-style-pull-request-comment-created.json': [
    'nothing: pullrequest:comment_created changes no code',
  ],
  'go-playground_webhooks__pullrequest.created__docs-style-pull-request-created.json': [
    'pull_request.opened #1 branch2@d3022fc0ca3d -> master',
  ],
  'go-playground_webhooks__pullrequest.fulfilled__docs-style-pull-request-merged.json': [
    'pull_request.merged #1',
  ],
  'go-playground_webhooks__pullrequest.unapproved__docs-style-pull-request-approval-removed.json': [
    'nothing: pullrequest:unapproved changes no code',
  ],
  'go-playground_webhooks__repo.commit_comment_created__docs-style-commit-comment-created.json': [
    'nothing: repo:commit_comment_created changes no code',
  ],
  'go-playground_webhooks__repo.commit_status_created__docs-style-repo-commit-status-created.json': [
    'nothing: repo:commit_status_created changes no code',
  ],
  'go-playground_webhooks__repo.commit_status_updated__docs-style-repo-commit-status-updated.json': [
    'nothing: repo:commit_status_updated changes no code',
  ],
  'go-playground_webhooks__repo.fork__docs-style-repo-fork.json': ['nothing: repo:fork changes no code'],
  'go-playground_webhooks__repo.push__docs-style-repo-push.json': [
    'branch.pushed name-of-branch 709d658dc5b6d6afcd46049c2f332ee3f515a67d',
  ],
  'go-playground_webhooks__repo.updated__docs-style-repo-updated.json': ['repository.changed'],
  'smalot_bitbucket-webhook__repo.push__tag-create-with-captured-headers.json': [
    'nothing: v0.1 is a tag: only branches have environments',
  ],
};

/** `source__event__what.json`; answers of the REST API and files of headers are no deliveries. */
const payloads = files.filter(
  (file) => !file.includes('__api-') && !(file.endsWith('.headers.json') && files.includes(bodyOf(file))),
);

function bodyOf(headersFile: string): string {
  return headersFile.replace(/\.headers\.json$/, '.json');
}

function read(file: string): Delivery {
  const event = (file.split('__')[1] ?? '').replace('.', ':');
  const { headers, body } = delivery(event, readFileSync(join(folder, file)));
  const captured = join(folder, file.replace(/\.json$/, '.headers.json'));
  if (!existsSync(captured)) return { headers, body };
  const entries = Object.entries<string>(JSON.parse(readFileSync(captured, 'utf8')));
  return { headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])), body };
}

function lineOf(event: SourceEvent): string {
  if (event.type === 'branch.pushed') return `${event.type} ${event.branch} ${event.commit}`;
  if ('branch' in event) return `${event.type} ${event.branch}`;
  if ('number' in event) return `${event.type} #${event.number}`;
  if (!('pull_request' in event)) return event.type;
  const { number, source, target, fork } = event.pull_request;
  const from = `${fork ? 'fork:' : ''}${source.branch}@${source.commit}`;
  return `${event.type} #${number} ${from} -> ${target.branch}`;
}

describe.skipIf(files.length === 0)(
  `captured payloads${files.length === 0 ? ` (skipped: there is no ${folder})` : ''}`,
  () => {
    it.each(payloads)('%s', (file) => {
      const { events, ignored } = webhookFormat.parse(read(file));
      const said = [...events.map(lineOf), ...ignored.map(({ because }) => `nothing: ${because}`)];
      expect(said).toEqual(meanings[file]);
    });

    it('are all there', () => {
      expect(payloads).toEqual(Object.keys(meanings).sort());
    });
  },
);
