# The other scripts source this file. It assumes the deploy role, installs Terraform and selects the environment's state.
version=1.11.4
case $(uname -m) in
  aarch64) platform=linux_arm64 checksum=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;;
  x86_64) platform=linux_amd64 checksum=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;;
  *) echo "No Terraform for $(uname -m)" >&2 && exit 1 ;;
esac

is_verified() {
  [ -f "$1" ] && echo "$checksum  $1" | sha256sum --check --status
}

# A cached file is verified too: it comes from an earlier build, or from one of the parent.
install_terraform() {
  archive="$cache/terraform_${version}_$platform.zip"
  if ! is_verified "$archive"; then
    echo "Downloading Terraform $version"
    curl --fail --silent --show-error --location --retry 3 --output "$archive" \
      "https://releases.hashicorp.com/terraform/$version/terraform_${version}_$platform.zip"
  fi
  if ! is_verified "$archive"; then
    rm "$archive"
    echo "The checksum of Terraform $version is wrong" >&2
    exit 1
  fi
  bin=$(mktemp -d)
  unzip -q "$archive" terraform -d "$bin"
  PATH="$bin:$PATH"
}

cache=${BOUGH_CACHE_DIR:-$(mktemp -d)}
if ! terraform version 2> /dev/null | grep -qx "Terraform v$version"; then
  install_terraform
fi

: "${DEPLOY_ROLE:?Set the variable env:DEPLOY_ROLE of the project, as the README says.}"
credentials=$(aws sts assume-role --role-arn "$DEPLOY_ROLE" --role-session-name "$BOUGH_MACHINE_NAME" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
set -- $credentials
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"

# Terraform takes a provider from the cache only if its checksum is in .terraform.lock.hcl.
export TF_PLUGIN_CACHE_DIR="$cache/plugins"
mkdir -p "$TF_PLUGIN_CACHE_DIR"
account=$(echo "$DEPLOY_ROLE" | cut -d : -f 5)
export TF_VAR_project="$BOUGH_PROJECT"
export TF_VAR_environment="$BOUGH_MACHINE_NAME"
export TF_VAR_boundary="arn:aws:iam::$account:policy/app-$BOUGH_PROJECT-boundary"
terraform init -input=false -no-color \
  -backend-config="bucket=app-$BOUGH_PROJECT-state-$account" \
  -backend-config="key=$BOUGH_MACHINE_NAME/terraform.tfstate" \
  -backend-config="region=$AWS_REGION"

apply() {
  terraform apply -input=false -no-color -auto-approve -lock-timeout=5m
}
