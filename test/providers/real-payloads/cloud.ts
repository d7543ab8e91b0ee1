import type * as z from 'zod/mini';
import {
  ApiError,
  Comment,
  Hook,
  PullRequestResponse,
  page,
  RepositoryResponse,
} from '../../../shared/providers/bitbucket-cloud/schema.ts';

/** The expected result for each real delivery of Bitbucket Cloud, in one line per event, or why it says nothing. */
export const cloudPayloads: Record<string, string[]> = {
  'bitrise-io_bitrise-webhooks__pullrequest.comment_created__samplePRCommentCreatedData.json': [
    'nothing: pullrequest:comment_created changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.comment_updated__samplePRCommentUpdatedData.json': [
    'nothing: pullrequest:comment_updated changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.created__sampleForkPullRequestData.json': [
    'pull_request.opened #1 oss-contributor/nice-repo:feature/test@6a3451888d91 -> master',
  ],
  'bitrise-io_bitrise-webhooks__pullrequest.created__samplePullRequestData.json': [
    'pull_request.opened #1 feature/test@6a3451888d91 -> master',
  ],
  'bitrise-io_bitrise-webhooks__repo.push__sampleCodePushData.json': [
    'branch.pushed master 966d0bfe79b80f97268c2f6bb45e65e79ef09b31',
    'branch.pushed test 19934139a2cf799bbd0f5061ab02e4760902e93f',
  ],
  'bitrise-io_bitrise-webhooks__repo.push__sampleTagPushData.json': ['tags.changed', 'tags.changed'],
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
  'bleenco_abstruse__repo.transfer__TransferEvent.json': ['repository.changed Izak88/test'],
  'bleenco_abstruse__repo.updated__UpdatedEvent.json': ['repository.changed Izak88/test'],
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
  'drone_go-scm__repo.push__push_tag_create.json': ['tags.changed'],
  'drone_go-scm__repo.push__push_tag_delete.json': ['tags.changed'],
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
  'go-playground_webhooks__repo.updated__docs-style-repo-updated.json': [
    'repository.changed team_name/repo_name',
  ],
  'smalot_bitbucket-webhook__repo.push__tag-create-with-captured-headers.json': ['tags.changed'],
};

/** The schema for each real response of the API; null for responses that Bough never requests. */
export const cloudAnswers: Record<string, z.ZodMiniType | null> = {
  'drone_go-scm__api-branch-create__branch_create.json': null,
  'drone_go-scm__api-branch__branch.json': null,
  'drone_go-scm__api-commit-status__status.json': null,
  'drone_go-scm__api-commit-statuses__statuses.json': null,
  'drone_go-scm__api-diffstat__diffstat.json': null,
  'drone_go-scm__api-error__content.json.fail.json': null,
  'drone_go-scm__api-error__error.json': ApiError,
  'drone_go-scm__api-hook__hook.json': Hook,
  'drone_go-scm__api-hooks__hooks.json': page(Hook),
  'drone_go-scm__api-pr-comment__prcomment.json': Comment,
  'drone_go-scm__api-pullrequest__pr.json': PullRequestResponse,
  'drone_go-scm__api-pullrequests__prs.json': page(PullRequestResponse),
  'drone_go-scm__api-refs-branches__branches.json': null,
  'drone_go-scm__api-refs-branches__branches_filter.json': null,
  'drone_go-scm__api-refs-tags__tags.json': null,
  'drone_go-scm__api-repository__repo.json': RepositoryResponse,
  'drone_go-scm__api-src-list__content_list.json': null,
  'drone_go-scm__api-user-workspaces__user_workspaces.json': null,
};
