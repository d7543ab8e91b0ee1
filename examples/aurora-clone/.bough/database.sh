# The other scripts source this file. It assumes the deploy role and has the steps for the environment's Aurora cluster.
: "${DEPLOY_ROLE:?Set the variable env:DEPLOY_ROLE of the project, as the README says.}"
credentials=$(aws sts assume-role --role-arn "$DEPLOY_ROLE" --role-session-name "$BOUGH_MACHINE_NAME" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
set -- $credentials
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"

cluster="app-$BOUGH_PROJECT-$BOUGH_MACHINE_NAME"
subnets="app-$BOUGH_PROJECT"
arn="arn:aws:rds:$AWS_REGION:$(echo "$DEPLOY_ROLE" | cut -d : -f 5):cluster:$cluster"
# Without connections for five minutes the database pauses, and then costs nothing but its storage.
scaling=MinCapacity=0,MaxCapacity=2,SecondsUntilAutoPause=300

# Prints a field of the cluster.
field() {
  aws rds describe-db-clusters --db-cluster-identifier "$cluster" --query "DBClusters[0].$1" --output text
}

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

has_cluster() {
  exists DBClusterNotFoundFault aws rds describe-db-clusters --db-cluster-identifier "$cluster"
}

has_instance() {
  exists DBInstanceNotFound aws rds describe-db-instances --db-instance-identifier "$cluster"
}

# Creates the cluster's instance unless an earlier build did, and waits for it.
ensure_instance() {
  aws rds wait db-cluster-available --db-cluster-identifier "$cluster"
  if ! has_instance; then
    aws rds create-db-instance --db-instance-identifier "$cluster" --db-cluster-identifier "$cluster" \
      --engine aurora-postgresql --db-instance-class db.serverless > /dev/null
  fi
  aws rds wait db-instance-available --db-instance-identifier "$cluster"
}

create_cluster() {
  aws rds create-db-cluster --db-cluster-identifier "$cluster" --engine aurora-postgresql --database-name app \
    --master-username app --manage-master-user-password --enable-http-endpoint --storage-encrypted \
    --db-subnet-group-name "$subnets" --serverless-v2-scaling-configuration "$scaling" > /dev/null
}

# The clone gets a password of its own: that of the parent does not open it. The tag keeps deploy away until it is masked.
clone_cluster() {
  aws rds restore-db-cluster-to-point-in-time --db-cluster-identifier "$cluster" --source-db-cluster-identifier "$1" \
    --restore-type copy-on-write --use-latest-restorable-time --db-subnet-group-name "$subnets" \
    --serverless-v2-scaling-configuration "$scaling" --tags Key=masked,Value=false > /dev/null
  ensure_instance
  aws rds modify-db-cluster --db-cluster-identifier "$cluster" --manage-master-user-password --apply-immediately > /dev/null
  attempts=0
  until [ "$(field MasterUserSecret.SecretStatus)" = active ]; do
    attempts=$((attempts + 1))
    [ "$attempts" -lt 60 ] || { echo 'The password of the clone is not ready' >&2 && exit 1; }
    sleep 5
  done
  aws rds enable-http-endpoint --resource-arn "$arn" > /dev/null
}

# Deletes the cluster: delete_cluster OPTION… for the final snapshot. A build that was stopped may have left it half made.
delete_cluster() {
  if [ "$(field Status)" != deleting ]; then
    aws rds wait db-cluster-available --db-cluster-identifier "$cluster"
    if has_instance; then
      exists InvalidDBInstanceState aws rds delete-db-instance --db-instance-identifier "$cluster" --skip-final-snapshot || true
    fi
    aws rds delete-db-cluster --db-cluster-identifier "$cluster" "$@" > /dev/null
  fi
  aws rds wait db-cluster-deleted --db-cluster-identifier "$cluster"
}

# Runs a statement by the Data API, and prints its rows as JSON. A database that pauses needs up to half a minute to resume.
sql() {
  secret=$(field MasterUserSecret.SecretArn)
  errors=$(mktemp)
  attempts=0
  until rows=$(aws rds-data execute-statement --resource-arn "$arn" --secret-arn "$secret" --database app --sql "$1" \
    --format-records-as JSON --query formattedRecords --output text 2> "$errors"); do
    attempts=$((attempts + 1))
    if [ "$attempts" -gt 6 ] || ! grep -q DatabaseResumingException "$errors"; then
      cat "$errors" >&2
      exit 1
    fi
    sleep 10
  done
  echo "$rows"
}

# Runs the statements of a file, one on each line, and counts them in `ran`. The last line needs no newline.
run_file() {
  ran=0
  while read -r statement || [ -n "$statement" ]; do
    case $statement in
      '' | --*) ;;
      *)
        sql "$statement" > /dev/null
        ran=$((ran + 1))
        ;;
    esac
  done < "$1"
}
