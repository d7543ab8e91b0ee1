/** What integrations and environments belong to. */
export interface Project {
  id: string;
  title: string;
  /** The repository's default branch, whose environment is the production one; null until it is known. */
  default_branch: string | null;
  created_at: string;
  updated_at: string;
  version: number;
}
