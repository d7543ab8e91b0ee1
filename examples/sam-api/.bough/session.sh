# The name of the environment's stack, and a session of the role that deploys it. The other scripts source this file.
export STACK_NAME="app-$BOUGH_PROJECT-$BOUGH_MACHINE_NAME"

: "${DEPLOY_ROLE:?Set the variable env:DEPLOY_ROLE of the project, as the README says.}"
credentials=$(aws sts assume-role --role-arn "$DEPLOY_ROLE" --role-session-name "$BOUGH_MACHINE_NAME" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
set -- $credentials
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"
