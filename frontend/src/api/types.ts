/**
 * The server's types under the names that the pages use.
 *
 * The document has closed sets such as states as plain strings; here they are unions, so that a `switch` is exhaustive.
 */
import type { components, operations } from './schema.d.ts'

type Schemas = components['schemas']
type Narrow<T, Known> = Omit<T, keyof Known> & Known

export type Language = 'en' | 'ko'
export type TokenScope = 'read' | 'submit' | 'host'
export type CompetitionState = 'draft' | 'scheduled' | 'running' | 'closed' | 'revealed' | 'archived'
export type SubmissionState = 'queued' | 'scoring' | 'scored' | 'invalid' | 'platform_error' | 'withdrawn'
export type TaskKind = 'labels' | 'probability' | 'probabilities' | 'numbers' | 'ranking' | 'multilabel'

export type Site = Schemas['SiteView']
export type User = Narrow<Schemas['UserView'], { role: 'participant' | 'host' | 'admin'; language: Language }>
export type Token = Narrow<Schemas['TokenView'], { scopes: TokenScope[] }>
export type CompetitionCard = Narrow<Schemas['CompetitionCard'], { state: CompetitionState }>
export type Competition = Narrow<
  Schemas['CompetitionView'],
  { state: CompetitionState; task: Narrow<Schemas['TaskView'], { kind: TaskKind }> }
>
export type Bilingual = Schemas['TextView']
export type Quota = Schemas['QuotaView']
export type Page = Schemas['PageView']
export type DataFile = Schemas['FileView']
export type Preview = Schemas['Preview']
export type ColumnSummary = Schemas['ColumnSummary']
export type Submission = Narrow<Schemas['SubmissionView'], { state: SubmissionState }>
export type SubmissionCheck = Schemas['CheckView']
export type Notice = Schemas['NoticeView']
export type Leaderboard = Schemas['LeaderboardView']
export type Standing = Schemas['StandingView']
export type ClosingBoard = Schemas['ClosingView']
export type ClosingStanding = Schemas['ClosingRow']
export type Thread = Schemas['ThreadView']
export type ThreadKind = 'discussion' | 'question' | 'sharing' | 'write_up' | 'team_wanted' | 'announcement'
export type ThreadSort = 'active' | 'new' | 'hot' | 'top'
/** Which threads to list. */
export interface ThreadFilter {
  kind?: ThreadKind
  sort?: ThreadSort
}
export type Post = Schemas['PostView']
export type BoardQuery = NonNullable<operations['find_leaderboard']['parameters']['query']>
export type ClosingQuery = NonNullable<operations['find_private_leaderboard']['parameters']['query']>

/** A list with the cursor of what follows. */
export interface Listed<T> {
  items: T[]
  next?: string | null
}
