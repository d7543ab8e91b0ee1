# The other scripts source this file. It assumes the deploy role and names the resources of the environment.
: "${DEPLOY_ROLE:?Set the variable env:DEPLOY_ROLE of the project, as the README says.}"
credentials=$(aws sts assume-role --role-arn "$DEPLOY_ROLE" --role-session-name "$BOUGH_MACHINE_NAME" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
set -- $credentials
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"

account=$(echo "$DEPLOY_ROLE" | cut -d : -f 5)
registry="$account.dkr.ecr.$AWS_REGION.amazonaws.com"
repository="app-$BOUGH_PROJECT/$BOUGH_MACHINE_NAME"
stack="app-$BOUGH_PROJECT-$BOUGH_MACHINE_NAME"

# Runs a command that looks for something. The result is false if AWS says that it does not exist, and every other error ends
# the script: exists MESSAGE COMMAND…
exists() {
  absent=$1
  shift
  found=$("$@" 2>&1) && return 0
  case $found in
    *"$absent"*) return 1 ;;
    *) echo "$found" >&2 && exit 1 ;;
  esac
}

has_repository() {
  exists RepositoryNotFoundException aws ecr describe-repositories --repository-names "$repository"
}
