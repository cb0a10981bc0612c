/** Every page and its address. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router'
import * as v from 'valibot'
import {
  boardPageRows,
  boardQuery,
  competitionQuery,
  competitionsQuery,
  meQuery,
  siteQuery,
} from '../api/queries.ts'
import { HomePage } from '../features/competitions/home-page.tsx'
import { basePath } from '../lib/base-path.ts'
import { Bones, ErrorState } from '../ui/state.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(siteQuery)
    void context.queryClient.prefetchQuery(meQuery)
  },
})

const text = v.optional(v.fallback(v.optional(v.string()), undefined))
const whole = v.optional(v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))), undefined))

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: v.object({
    q: text,
    state: v.optional(v.fallback(v.optional(v.picklist(['running', 'scheduled', 'closed'])), undefined)),
  }),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(competitionsQuery({})),
  component: HomePage,
})

const next = v.object({ next: text })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: next,
  component: lazyRouteComponent(() => import('../features/accounts/sign-in-page.tsx'), 'SignInPage'),
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: next,
  component: lazyRouteComponent(() => import('../features/accounts/sign-up-page.tsx'), 'SignUpPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(
    () => import('../features/accounts/reset-password-page.tsx'),
    'ResetPasswordPage',
  ),
})

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('../features/accounts/mail-link-pages.tsx'), 'VerifyEmailPage'),
})

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe',
  component: lazyRouteComponent(() => import('../features/accounts/mail-link-pages.tsx'), 'UnsubscribePage'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  // A code of digits would be read as a number.
  validateSearch: v.object({
    code: v.optional(v.fallback(v.pipe(v.union([v.string(), v.number()]), v.toString()), '')),
  }),
  component: lazyRouteComponent(() => import('../features/accounts/setup-page.tsx'), 'SetupPage'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/accounts/account-page.tsx'), 'AccountPage'),
})

const competition = createRoute({
  getParentRoute: () => root,
  path: '/competitions/$slug',
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(competitionQuery(params.slug)),
  component: lazyRouteComponent(
    () => import('../features/competitions/competition-layout.tsx'),
    'CompetitionLayout',
  ),
})

const overview = createRoute({
  getParentRoute: () => competition,
  path: '/',
  component: lazyRouteComponent(() => import('../features/competitions/overview-page.tsx'), 'OverviewPage'),
})

const rules = createRoute({
  getParentRoute: () => competition,
  path: '/rules',
  component: lazyRouteComponent(() => import('../features/competitions/rules-page.tsx'), 'RulesPage'),
})

const data = createRoute({
  getParentRoute: () => competition,
  path: '/data',
  validateSearch: v.object({ folder: text, file: text }),
  component: lazyRouteComponent(() => import('../features/data/data-page.tsx'), 'DataPage'),
})

const submit = createRoute({
  getParentRoute: () => competition,
  path: '/submit',
  component: lazyRouteComponent(() => import('../features/submissions/submit-page.tsx'), 'SubmitPage'),
})

const leaderboard = createRoute({
  getParentRoute: () => competition,
  path: '/leaderboard',
  validateSearch: v.object({
    rank: whole,
    team: whole,
    board: v.optional(v.fallback(v.optional(v.picklist(['public', 'private'])), undefined)),
    bracket: text,
  }),
  loaderDeps: ({ search: { board, bracket, rank } }) => ({ board, bracket, rank }),
  loader: ({ context, params: { slug }, deps: { board = 'public', bracket, rank = 1 } }) =>
    void context.queryClient.prefetchQuery(
      boardQuery(slug, { board, ...(bracket ? { bracket } : {}) }, Math.floor((rank - 1) / boardPageRows)),
    ),
  component: lazyRouteComponent(
    () => import('../features/leaderboard/leaderboard-page.tsx'),
    'LeaderboardPage',
  ),
})

const threadKind = v.optional(
  v.fallback(
    v.optional(v.picklist(['discussion', 'question', 'sharing', 'write_up', 'team_wanted', 'announcement'])),
    undefined,
  ),
)

const discussion = createRoute({
  getParentRoute: () => competition,
  path: '/discussion',
  validateSearch: v.object({
    q: text,
    kind: threadKind,
    sort: v.optional(v.fallback(v.optional(v.picklist(['active', 'new', 'hot', 'top'])), undefined)),
  }),
  component: lazyRouteComponent(() => import('../features/discussion/discussion-page.tsx'), 'DiscussionPage'),
})

const newThread = createRoute({
  getParentRoute: () => competition,
  path: '/discussion/new',
  validateSearch: v.object({ kind: threadKind }),
  component: lazyRouteComponent(() => import('../features/discussion/new-thread-page.tsx'), 'NewThreadPage'),
})

const reports = createRoute({
  getParentRoute: () => competition,
  path: '/discussion/reports',
  component: lazyRouteComponent(() => import('../features/discussion/reports-page.tsx'), 'ReportsPage'),
})

const thread = createRoute({
  getParentRoute: () => competition,
  path: '/discussion/$thread',
  component: lazyRouteComponent(() => import('../features/discussion/thread-page.tsx'), 'ThreadPage'),
})

const team = createRoute({
  getParentRoute: () => competition,
  path: '/team',
  component: lazyRouteComponent(() => import('../features/teams/team-page.tsx'), 'TeamPage'),
})

const privacy = createRoute({
  getParentRoute: () => root,
  path: '/privacy',
  component: lazyRouteComponent(() => import('../features/accounts/privacy-page.tsx'), 'PrivacyPage'),
})

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('../features/teams/invite-page.tsx'), 'InvitePage'),
})

const person = createRoute({
  getParentRoute: () => root,
  path: '/people/$name',
  component: lazyRouteComponent(() => import('../features/people/person-page.tsx'), 'PersonPage'),
})

const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  component: lazyRouteComponent(() => import('../features/notices/notices-page.tsx'), 'NoticesPage'),
})

const hostNew = createRoute({
  getParentRoute: () => root,
  path: '/host/new',
  component: lazyRouteComponent(
    () => import('../features/host/new-competition-page.tsx'),
    'NewCompetitionPage',
  ),
})

const host = createRoute({
  getParentRoute: () => competition,
  path: '/host',
  component: lazyRouteComponent(() => import('../features/host/host-layout.tsx'), 'HostLayout'),
})

const hostLaunch = createRoute({
  getParentRoute: () => host,
  path: '/',
  component: lazyRouteComponent(() => import('../features/host/launch-page.tsx'), 'LaunchPage'),
})

const hostTask = createRoute({
  getParentRoute: () => host,
  path: '/task',
  component: lazyRouteComponent(() => import('../features/host/task-page.tsx'), 'TaskPage'),
})

const hostWords = createRoute({
  getParentRoute: () => host,
  path: '/words',
  component: lazyRouteComponent(() => import('../features/host/words-page.tsx'), 'WordsPage'),
})

const hostDates = createRoute({
  getParentRoute: () => host,
  path: '/dates',
  component: lazyRouteComponent(() => import('../features/host/dates-page.tsx'), 'DatesPage'),
})

const hostPages = createRoute({
  getParentRoute: () => host,
  path: '/pages',
  validateSearch: v.object({
    page: text,
    language: v.optional(v.fallback(v.optional(v.picklist(['en', 'ko'])), undefined)),
  }),
  component: lazyRouteComponent(() => import('../features/host/pages-page.tsx'), 'PagesPage'),
})

const hostFiles = createRoute({
  getParentRoute: () => host,
  path: '/files',
  component: lazyRouteComponent(() => import('../features/host/files-page.tsx'), 'FilesPage'),
})

const hostAccess = createRoute({
  getParentRoute: () => host,
  path: '/access',
  component: lazyRouteComponent(() => import('../features/host/access-page.tsx'), 'AccessPage'),
})

const hostParticipants = createRoute({
  getParentRoute: () => host,
  path: '/participants',
  validateSearch: v.object({
    state: v.optional(
      v.fallback(
        v.optional(v.picklist(['invited', 'asked', 'joined', 'declined', 'left', 'removed'])),
        undefined,
      ),
    ),
  }),
  component: lazyRouteComponent(() => import('../features/host/participants-page.tsx'), 'ParticipantsPage'),
})

const hostInvites = createRoute({
  getParentRoute: () => host,
  path: '/invites',
  component: lazyRouteComponent(() => import('../features/host/invites-page.tsx'), 'InvitesPage'),
})

const hostTeams = createRoute({
  getParentRoute: () => host,
  path: '/teams',
  component: lazyRouteComponent(() => import('../features/host/teams-page.tsx'), 'TeamsPage'),
})

const hostEntries = createRoute({
  getParentRoute: () => host,
  path: '/entries',
  validateSearch: v.object({
    team: whole,
    state: v.optional(
      v.fallback(
        v.optional(v.picklist(['queued', 'scoring', 'scored', 'invalid', 'platform_error', 'withdrawn'])),
        undefined,
      ),
    ),
    late: v.optional(v.fallback(v.optional(v.boolean()), undefined)),
  }),
  component: lazyRouteComponent(() => import('../features/host/entries-page.tsx'), 'EntriesPage'),
})

const hostRescoring = createRoute({
  getParentRoute: () => host,
  path: '/rescoring',
  component: lazyRouteComponent(() => import('../features/host/rescoring-page.tsx'), 'RescoringPage'),
})

const hostAnnouncements = createRoute({
  getParentRoute: () => host,
  path: '/announcements',
  component: lazyRouteComponent(() => import('../features/host/announcements-page.tsx'), 'AnnouncementsPage'),
})

const hostRehearsal = createRoute({
  getParentRoute: () => host,
  path: '/rehearsal',
  validateSearch: v.object({
    at: v.optional(v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined)),
  }),
  component: lazyRouteComponent(() => import('../features/host/rehearsal-page.tsx'), 'RehearsalPage'),
})

const hostEnding = createRoute({
  getParentRoute: () => host,
  path: '/ending',
  component: lazyRouteComponent(() => import('../features/host/ending-page.tsx'), 'EndingPage'),
})

const hostExports = createRoute({
  getParentRoute: () => host,
  path: '/exports',
  component: lazyRouteComponent(() => import('../features/host/exports-page.tsx'), 'ExportsPage'),
})

const hostQueue = createRoute({
  getParentRoute: () => host,
  path: '/queue',
  component: lazyRouteComponent(() => import('../features/host/queue-page.tsx'), 'QueuePage'),
})

const hostDownloads = createRoute({
  getParentRoute: () => host,
  path: '/downloads',
  validateSearch: v.object({ user: whole }),
  component: lazyRouteComponent(() => import('../features/host/downloads-page.tsx'), 'DownloadsPage'),
})

const hostHosts = createRoute({
  getParentRoute: () => host,
  path: '/hosts',
  component: lazyRouteComponent(() => import('../features/host/hosts-page.tsx'), 'HostsPage'),
})

const hostLog = createRoute({
  getParentRoute: () => host,
  path: '/log',
  component: lazyRouteComponent(() => import('../features/host/log-page.tsx'), 'LogPage'),
})

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: lazyRouteComponent(() => import('../features/admin/admin-layout.tsx'), 'AdminLayout'),
})

const adminUsers = createRoute({
  getParentRoute: () => admin,
  path: '/',
  component: lazyRouteComponent(() => import('../features/admin/users-page.tsx'), 'UsersPage'),
})

const adminCompetitions = createRoute({
  getParentRoute: () => admin,
  path: '/competitions',
  component: lazyRouteComponent(() => import('../features/admin/competitions-page.tsx'), 'CompetitionsPage'),
})

const adminSettings = createRoute({
  getParentRoute: () => admin,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/admin/settings-page.tsx'), 'SettingsPage'),
})

const adminJobs = createRoute({
  getParentRoute: () => admin,
  path: '/jobs',
  component: lazyRouteComponent(() => import('../features/admin/jobs-page.tsx'), 'JobsPage'),
})

const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  component: lazyRouteComponent(() => import('../features/admin/audit-page.tsx'), 'AuditPage'),
})

const routeTree = root.addChildren([
  home,
  signIn,
  signUp,
  setup,
  resetPassword,
  verifyEmail,
  unsubscribe,
  account,
  hostNew,
  privacy,
  invite,
  person,
  notices,
  admin.addChildren([adminUsers, adminCompetitions, adminJobs, adminSettings, adminAudit]),
  competition.addChildren([
    overview,
    data,
    discussion,
    newThread,
    reports,
    thread,
    submit,
    leaderboard,
    team,
    rules,
    host.addChildren([
      hostLaunch,
      hostTask,
      hostWords,
      hostDates,
      hostPages,
      hostFiles,
      hostAccess,
      hostParticipants,
      hostInvites,
      hostTeams,
      hostEntries,
      hostRescoring,
      hostAnnouncements,
      hostRehearsal,
      hostEnding,
      hostExports,
      hostHosts,
      hostQueue,
      hostDownloads,
      hostLog,
    ]),
  ]),
])

/** `history` is given in tests; the browser's is the default. */
export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    basepath: basePath || '/',
    context: { queryClient },
    ...(history ? { history } : {}),
    defaultPreload: 'intent',
    // The query cache decides what is fresh, not the router.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: () => <Bones rows={6} />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultNotFoundComponent: NotFound,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
