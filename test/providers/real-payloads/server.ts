import type * as z from 'zod/mini';
import {
  ApiError,
  Hook,
  page,
  RefResponse,
  RepositoryResponse,
} from '../../../shared/providers/bitbucket-server/api-schema.ts';
import { PullRequestResponse } from '../../../shared/providers/bitbucket-server/payload-schema.ts';

/** The expected result for each real delivery of Bitbucket Server, in one line per event, or why it says nothing. */
export const serverPayloads: Record<string, string[]> = {
  'bitrise-io_bitrise-webhooks__pr.comment.added__samplePRCommentAddedData.json': [
    'nothing: pr:comment:added changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pr.comment.edited__samplePRCommentEditedData.json': [
    'nothing: pr:comment:edited changes no code',
  ],
  'bitrise-io_bitrise-webhooks__pr.from_ref_updated__samplePullRequestFromRefUpdatedData.json': [
    'pull_request.updated #1 a-branch@ef8755f06ee4b28c96a847a95cb8ec8ed6ddd1ca -> master',
  ],
  'bitrise-io_bitrise-webhooks__pr.merged__samplePullRequestMergedData.json': ['pull_request.merged #9'],
  'bitrise-io_bitrise-webhooks__pr.modified__samplePullRequestModifiedData.json': [
    'pull_request.updated #1 a-branch@ef8755f06ee4b28c96a847a95cb8ec8ed6ddd1ca -> master',
  ],
  'bitrise-io_bitrise-webhooks__repo.refs_changed__sampleCodePushData.json': [
    'branch.pushed master to-hash-1',
    'branch.pushed master to-hash-2',
  ],
  'bitrise-io_bitrise-webhooks__repo.refs_changed__sampleTagPushData.json': ['tags.changed'],
  'drone_go-scm__pr.declined__pr_declined.json': ['pull_request.declined #2'],
  'drone_go-scm__pr.declined__pr_declined_iso_dates.json': ['pull_request.declined #2'],
  'drone_go-scm__pr.deleted__pr_deleted.json': ['pull_request.deleted #2'],
  'drone_go-scm__pr.from_ref_updated__pr_from_ref_updated.json': [
    'pull_request.updated #2 feature-2@c00d0f269a9844dd168f72f6a9d78a9cff49a318 -> master',
  ],
  'drone_go-scm__pr.merged__pr_merged.json': ['pull_request.merged #3'],
  'drone_go-scm__pr.merged__pr_merged_iso_dates.json': ['pull_request.merged #3'],
  'drone_go-scm__pr.modified__pr_modified_meta.json': [
    'pull_request.updated #6 ~jcitizen/my-repo:cleanup@a268fca7b65055e13f60ac1a2c9a527615f113ca -> master',
  ],
  'drone_go-scm__pr.modified__pr_modified_toref.json': [
    'pull_request.updated #2 feature-2@c00d0f269a9844dd168f72f6a9d78a9cff49a318 -> master',
  ],
  'drone_go-scm__pr.opened__pr_open.json': [
    'pull_request.opened #2 develop@208b0a5c05eddadad01f2aed8802fe0c3b3eaf5e -> master',
  ],
  'drone_go-scm__pr.opened__pr_open_iso_dates.json': [
    'pull_request.opened #2 develop@208b0a5c05eddadad01f2aed8802fe0c3b3eaf5e -> master',
  ],
  'drone_go-scm__repo.refs_changed__fnb_push_branch_create.json': [
    'branch.pushed idpdocs b8ba6d6045f85379a2dc5b556d8a9ea23a69ac13',
  ],
  'drone_go-scm__repo.refs_changed__fnb_push_update.json': [
    'branch.pushed develop d29fa17bbe9979c3f603e0f11574735da88bf27f',
  ],
  'drone_go-scm__repo.refs_changed__push.json': [
    'branch.pushed master 823b2230a56056231c9425d63758fa87078a66b4',
  ],
  'drone_go-scm__repo.refs_changed__push_branch_create.json': [
    'branch.pushed develop 208b0a5c05eddadad01f2aed8802fe0c3b3eaf5e',
  ],
  'drone_go-scm__repo.refs_changed__push_branch_delete.json': ['branch.deleted develop'],
  'drone_go-scm__repo.refs_changed__push_tag_create.json': ['tags.changed'],
  'drone_go-scm__repo.refs_changed__push_tag_delete.json': ['tags.changed'],
  'drone_go-scm__repo.refs_changed__push_v5.json': [
    'branch.pushed trangineni/devtfvars-1685475548410 51a33664b6d7fb5aa15063064eb230362cd02e9e',
  ],
  'go-playground_webhooks__pr.comment.added__pr-comment-added.json': [
    'nothing: pr:comment:added changes no code',
  ],
  'go-playground_webhooks__pr.comment.deleted__pr-comment-deleted.json': [
    'nothing: pr:comment:deleted changes no code',
  ],
  'go-playground_webhooks__pr.comment.edited__pr-comment-edited.json': [
    'nothing: pr:comment:edited changes no code',
  ],
  'go-playground_webhooks__pr.declined__pr-declined.json': ['pull_request.declined #2'],
  'go-playground_webhooks__pr.deleted__pr-deleted.json': ['pull_request.deleted #2'],
  'go-playground_webhooks__pr.merged__pr-merged.json': ['pull_request.merged #5'],
  'go-playground_webhooks__pr.modified__pr-modified.json': [
    'pull_request.updated #3 feature/wip@591f702354b3abf1faaca4d23811620d1b2ac984 -> master',
  ],
  'go-playground_webhooks__pr.opened__pr-opened.json': [
    'pull_request.opened #5 feature/wip@32a0b8a740c2963c6f56bd8baf3dc05683d299e0 -> master',
  ],
  'go-playground_webhooks__pr.reviewer.approved__pr-reviewer-approved.json': [
    'nothing: pr:reviewer:approved changes no code',
  ],
  'go-playground_webhooks__pr.reviewer.needs_work__pr-reviewer-needs-work.json': [
    'nothing: pr:reviewer:needs_work changes no code',
  ],
  'go-playground_webhooks__pr.reviewer.unapproved__pr-reviewer-unapproved.json': [
    'nothing: pr:reviewer:unapproved changes no code',
  ],
  'go-playground_webhooks__pr.reviewer.updated__pr-reviewer-updated.json': [
    'nothing: pr:reviewer:updated changes no code',
  ],
  'go-playground_webhooks__repo.comment.added__repo-comment-added.json': [
    'nothing: repo:comment:added changes no code',
  ],
  'go-playground_webhooks__repo.comment.deleted__repo-comment-deleted.json': [
    'nothing: repo:comment:deleted changes no code',
  ],
  'go-playground_webhooks__repo.comment.edited__repo-comment-edited.json': [
    'nothing: repo:comment:edited changes no code',
  ],
  'go-playground_webhooks__repo.forked__repo-forked.json': ['nothing: repo:forked changes no code'],
  'go-playground_webhooks__repo.modified__repo-modified.json': ['repository.changed ~gopher/webhook-test'],
  'go-playground_webhooks__repo.refs_changed__repo-refs-changed.json': ['branch.deleted feature/wip'],
};

/** The schema for each real response of the API; null for responses that Bough never requests. */
export const serverAnswers: Record<string, z.ZodMiniType | null> = {
  'drone_go-scm__api-branch-create__branch_create.json': null,
  'drone_go-scm__api-branch__branch.json': null,
  'drone_go-scm__api-branches__branches_filter.json': null,
  'drone_go-scm__api-changes__changes.json': null,
  'drone_go-scm__api-commit__commit.json': null,
  'drone_go-scm__api-default-branch__default_branch.json': RefResponse,
  'drone_go-scm__api-error__error.json': ApiError,
  'drone_go-scm__api-files__content_list.json': null,
  'drone_go-scm__api-pr-comment__pr_comment.json': null,
  'drone_go-scm__api-pull-request__pr.json': PullRequestResponse,
  'drone_go-scm__api-pull-request__pr_iso_dates.json': PullRequestResponse,
  'drone_go-scm__api-pull-requests__prs.json': page(PullRequestResponse),
  'drone_go-scm__api-repos__repos.json': null,
  'drone_go-scm__api-repository__repo.json': RepositoryResponse,
  'drone_go-scm__api-tags__tags.json': null,
  'drone_go-scm__api-webhook__webhook.json': Hook,
  'drone_go-scm__api-webhooks__webhooks.json': page(Hook),
};
