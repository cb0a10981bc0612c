/** The server's types under the names that the pages use. */
import type { components, operations } from './schema.d.ts'

type Schemas = components['schemas']

export type Site = Schemas['SiteView']
export type User = Schemas['UserView']
export type Language = Schemas['Language']
export type Token = Schemas['TokenView']
export type TokenScope = Schemas['TokenScope']
export type CompetitionCard = Schemas['CompetitionCard']
export type Competition = Schemas['CompetitionView']
export type CompetitionState = Schemas['CompetitionState']
export type Bilingual = Schemas['Bilingual']
export type Quota = Schemas['QuotaView']
export type Page = Schemas['PageView']
export type DataFile = Schemas['FileView']
export type Preview = Schemas['PreviewView']
export type ColumnSummary = Schemas['ColumnSummary']
export type Submission = Schemas['SubmissionView']
export type SubmissionState = Schemas['SubmissionState']
export type SubmissionCheck = Schemas['CheckView']
export type Notice = Schemas['Notice']
export type Leaderboard = Schemas['LeaderboardView']
export type Standing = Schemas['StandingView']
export type Thread = Schemas['ThreadView']
export type Post = Schemas['PostView']
export type Metric = Schemas['MetricView']
export type BoardQuery = NonNullable<operations['list_standings']['parameters']['query']>
