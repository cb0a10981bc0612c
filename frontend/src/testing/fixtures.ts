/** The world that page tests begin with: one running competition that the reader has joined. */
import type { components } from '../api/schema.d.ts'
import type {
  ClosingBoard,
  ClosingStanding,
  Competition,
  CompetitionCard,
  DataFile,
  Leaderboard,
  Page,
  Post,
  Preview,
  Site,
  Standing,
  Submission,
  Thread,
  User,
} from '../api/types.ts'

type NotificationList = components['schemas']['NotificationList']

const day = 86_400_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString()

export const site: Site = {
  name: 'Podium',
  insecure_http: false,
  sign_up_open: true,
  sign_up: 'open',
  sign_up_domains: [],
  creators: 'hosts',
  setup_required: false,
  languages: ['en', 'ko'],
  mail_enabled: true,
  receipt_key: '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29',
}

export const user: User = {
  id: 7,
  name: 'Haneul',
  email: 'haneul@example.org',
  role: 'participant',
  language: 'en',
  email_verified: true,
  second_factor: false,
  created_at: ago(40 * day),
}

const card: CompetitionCard = {
  slug: 'solar-cells',
  title: { en: 'Solar cells: find the broken ones', ko: '태양전지: 불량 셀 찾기' },
  summary: {
    en: 'Grade electroluminescence photographs of solar cells by how much of the cell is dead.',
    ko: '전계발광 사진을 보고 태양전지 셀의 불량 정도를 등급으로 나눕니다.',
  },
  state: 'running',
  starts_at: ago(9 * day),
  ends_at: ahead(12 * day + 3 * 3_600_000),
  zone: 'Asia/Seoul',
  metric: 'f1_macro',
  teams: 4_213,
  entries: 18_240,
  joined: true,
  my_rank: 42,
}

export const cards: CompetitionCard[] = [
  card,
  {
    ...card,
    slug: 'flight-delays',
    title: { en: 'Flight delays', ko: '항공편 지연' },
    summary: {
      en: 'Will this flight arrive more than 30 minutes late?',
      ko: '이 항공편이 30분 넘게 늦게 도착할지 예측합니다.',
    },
    metric: 'roc_auc',
    ends_at: ahead(2 * day + 7_500_000),
    teams: 812,
    entries: 6_011,
    joined: false,
    my_rank: null,
  },
  {
    ...card,
    slug: 'lecturers',
    title: { en: 'Lecturers', ko: '강의 추천' },
    summary: {
      en: 'Rank the lecturers that a student will like best.',
      ko: '학생이 좋아할 강사를 순서대로 추천합니다.',
    },
    state: 'scheduled',
    starts_at: ahead(5 * day),
    ends_at: ahead(60 * day),
    metric: 'ndcg_exp@10',
    teams: 0,
    entries: 0,
    joined: false,
    my_rank: null,
  },
  {
    ...card,
    slug: 'dog-breeds',
    title: { en: 'Dog breeds', ko: '견종 분류' },
    summary: { en: '120 breeds, few images each.', ko: '견종 120가지를 적은 사진으로 분류합니다.' },
    state: 'revealed',
    ends_at: ago(20 * day),
    metric: 'accuracy',
    teams: 1,
    entries: 9,
    joined: false,
    my_rank: null,
  },
]

/** Of the rules page in English. */
export const rulesSha256 = 'a'.repeat(64)

export const competition: Competition = {
  ...card,
  licence: 'CC-BY-NC-SA-4.0',
  task: {
    kind: 'labels',
    id: 'id',
    target: ['label'],
    classes: ['mono-0', 'mono-33', 'mono-67', 'mono-100', 'poly-0', 'poly-33', 'poly-67', 'poly-100'],
    metric: 'f1_macro',
    show: ['accuracy'],
    direction: 'maximize',
    explanation: {
      en: '<p>The mean of the F1 of each class: rare classes weigh as much as frequent ones.</p>',
      ko: '<p>클래스별 F1의 평균입니다. 드문 클래스도 흔한 클래스와 똑같이 반영됩니다.</p>',
    },
    example: {
      en: '<table><thead><tr><th>Row</th><th>Truth</th><th>Prediction</th></tr></thead><tbody><tr><td>1</td><td>A</td><td>B</td></tr></tbody></table><p>These rows score <strong>0.6556</strong>.</p>',
      ko: '<p>이 예시의 점수는 <strong>0.6556</strong>입니다.</p>',
    },
  },
  limits: { entries_per_day: 5, finals: 2, team_size: 5, file_bytes: 20_000_000 },
  split: { public_share: 0.4, public_rows: 424 },
  columns: [],
  is_host: false,
  membership: {
    team: { id: 3, name: '봄날의 오차', members: [{ id: 7, name: 'Haneul' }] },
    role: 'leader',
    joined_at: ago(8 * day),
  },
  quota: { per_day: 5, used: 2, left: 3, resets_at: ahead(5 * 3_600_000) },
  next_action: 'submit',
  access: { visibility: 'public', admission: 'open', domains: [] },
  brackets: [],
  fields: [],
  joins_until: ahead(10 * day),
  merges_until: ahead(10 * day),
  data_files: 2_628,
  data_bytes: 88_076_650,
  hosts: [{ id: 1, name: 'Sora' }],
  previous: null,
  next: [],
}

/** The same competition for who has not joined it. */
export const notJoined: Competition = {
  ...competition,
  joined: false,
  my_rank: null,
  membership: null,
  quota: null,
  next_action: 'join',
}

const overviewHtml = `<h2 id="the-problem">The problem</h2>
<p>A solar panel loses power when cells crack. In an <em>electroluminescence</em> photograph a dead part of a cell stays dark. Inspectors grade each cell by eye; <strong>your model shall do it</strong>.</p>
<h2 id="input-and-output">Input and output</h2>
<p>You get 300×300 grey photographs. For each, predict one of eight classes: the type of cell and how much of it is defective.</p>
<table><thead><tr><th>Class</th><th>Meaning</th></tr></thead><tbody><tr><td><code>mono-0</code></td><td>monocrystalline, no defect</td></tr><tr><td><code>poly-100</code></td><td>polycrystalline, certainly defective</td></tr></tbody></table>
<h2 id="which-mistake-matters">Which mistake matters</h2>
<p>A broken cell that passes costs more than a good one that is looked at twice. The score is the mean of the classes' F1:</p>
<p><math display="block"><mfrac><mn>1</mn><mi>C</mi></mfrac><munderover><mo>∑</mo><mrow><mi>c</mi><mo>=</mo><mn>1</mn></mrow><mi>C</mi></munderover><mfrac><mrow><mn>2</mn><msub><mi>P</mi><mi>c</mi></msub><msub><mi>R</mi><mi>c</mi></msub></mrow><mrow><msub><mi>P</mi><mi>c</mi></msub><mo>+</mo><msub><mi>R</mi><mi>c</mi></msub></mrow></mfrac></math></p>
<h2 id="getting-started">Getting started</h2>
<pre><code><span class="keyword">import</span> pandas <span class="keyword">as</span> pd
train = pd.<span class="function">read_csv</span>(<span class="string">"train.csv"</span>)  <span class="comment"># 1,575 rows</span>
</code></pre>`

const rulesHtml = `<h2 id="rules">Rules</h2><ol><li>One account for each person.</li><li>No sharing of code or predictions outside your team, except in the discussion.</li><li>Do not label the test pictures by hand.</li></ol>`

const dataHtml = `<h2 id="what-you-get">What you get</h2><p>1,575 labelled photographs for training, 1,059 without labels for the test, cut from 44 panels and normalised by the authors (Buerhop-Lutz et al., 2018).</p>`

const headings = (html: string) =>
  [...html.matchAll(/<h(\d) id="([^"]+)">([^<]+)</g)].map(([, level, id, text]) => ({
    level: Number(level),
    id: id ?? '',
    text: text ?? '',
  }))

export const pages: Page[] = [
  ['overview', overviewHtml] as const,
  ['data', dataHtml] as const,
  ['rules', rulesHtml] as const,
].map(([name, html]) => ({
  name,
  language: 'en',
  html,
  headings: headings(html),
  sha256: rulesSha256,
  updated_at: ago(9 * day),
}))

const file = (path: string, bytes: number, kind: DataFile['kind']): DataFile => ({
  path,
  name: path.split('/').at(-1) ?? path,
  bytes,
  sha256: 'c0ffee'.padEnd(64, '0'),
  kind,
  folder: false,
  files: null,
})

export const rootFiles: DataFile[] = [
  { ...file('images', 88_000_000, 'other'), folder: true, files: 2_624 },
  file('sample_submission.csv', 18_300, 'csv'),
  file('test.csv', 15_300, 'csv'),
  file('train.csv', 41_800, 'csv'),
  file('README.txt', 1_250, 'text'),
]

export const imageFiles: DataFile[] = Array.from({ length: 24 }, (_, index) =>
  file(`images/${(0xa1b2c3 + index * 7919).toString(16)}.png`, 24_000 + index * 512, 'image'),
)

export const preview: Preview = {
  total_rows: 1_575,
  sampled: false,
  columns: [
    {
      name: 'id',
      type: 'text',
      missing: 0,
      distinct: 1_575,
      distinct_estimated: false,
      min: null,
      max: null,
      mean: null,
      median: null,
      histogram: null,
      top: [],
      meaning: { en: 'Name of the photograph without its ending', ko: '확장자를 뺀 사진 이름' },
    },
    {
      name: 'label',
      type: 'text',
      missing: 0,
      distinct: 8,
      distinct_estimated: false,
      min: null,
      max: null,
      mean: null,
      median: null,
      histogram: null,
      top: [
        { value: 'poly-0', count: 552 },
        { value: 'mono-0', count: 353 },
        { value: 'poly-100', count: 241 },
        { value: 'mono-100', count: 188 },
        { value: 'poly-33', count: 107 },
        { value: 'mono-33', count: 70 },
        { value: 'mono-67', count: 34 },
        { value: 'poly-67', count: 30 },
      ],
      meaning: { en: 'Defect level and cell type', ko: '결함 등급과 셀 종류' },
    },
    {
      name: 'brightness',
      type: 'number',
      missing: 12,
      distinct: 1_498,
      distinct_estimated: false,
      min: 12.5,
      max: 231.75,
      mean: 118.42,
      median: 121.5,
      histogram: [2, 8, 21, 44, 80, 121, 160, 190, 214, 208, 180, 140, 95, 60, 28, 12].map(
        (count, index) => ({
          from: 12.5 + index * 13.7,
          to: 12.5 + (index + 1) * 13.7,
          count,
        }),
      ),
      top: [],
      meaning: { en: 'Mean grey value, 0 to 255', ko: '평균 밝기, 0~255' },
    },
  ],
  rows: Array.from({ length: 100 }, (_, index) => [
    (0xa1b2c3 + index * 7919).toString(16),
    ['poly-0', 'mono-0', 'poly-100', 'mono-33'][index % 4] ?? '',
    index % 17 === 0 ? '' : (80 + ((index * 37) % 90) + 0.25).toFixed(2),
  ]),
}

export const scored: Submission = {
  id: 31,
  number: 3,
  file_name: 'resnet-tta.csv',
  bytes: 18_240,
  sha256: 'deadbeef'.padEnd(64, '1'),
  note: 'Flip and rotate at test time',
  state: 'scored',
  is_late: false,
  submitted_by: 'Haneul',
  accepted_at: ago(3_600_000),
  finished_at: ago(3_599_000),
  scores: [
    { metric: 'f1_macro', score: '0.71234', standard_error: '0.01420', error: null },
    { metric: 'accuracy', score: '0.80118', standard_error: '0.01938', error: null },
  ],
  rank: 42,
  rank_before: 57,
  is_best: true,
  is_chosen: false,
  private_scores: [],
  status: {
    text: { en: 'Scored.', ko: '채점을 마쳤습니다.' },
    next: 'see_result',
    next_text: { en: '', ko: '' },
  },
  queue_position: null,
  errors: [],
  error_count: 0,
  notices: [],
}

export const invalid: Submission = {
  ...scored,
  id: 30,
  number: 2,
  file_name: 'predictions (final) v2.csv',
  note: '',
  state: 'invalid',
  accepted_at: ago(2 * 3_600_000),
  scores: [],
  rank: null,
  rank_before: null,
  is_best: false,
  error_count: 2,
  errors: [
    {
      code: 'label_unknown',
      line: 7,
      column: 2,
      name: 'label',
      value: 'mono-10',
      message: "Line 7: 'mono-10' is not one of the 8 classes; did you mean 'mono-100'?",
      count: 1,
    },
    {
      code: 'ids_missing',
      line: null,
      column: null,
      name: null,
      value: null,
      message: '3 ids of the test set have no row, the first is a1d2e3. Add them.',
      count: 3,
    },
  ],
}

export const submissions: Submission[] = [
  scored,
  invalid,
  {
    ...scored,
    id: 29,
    number: 1,
    file_name: 'majority.csv',
    note: '',
    accepted_at: ago(2 * day),
    scores: [
      { metric: 'f1_macro', score: '0.08612', standard_error: '0.00310', error: null },
      { metric: 'accuracy', score: '0.35142', standard_error: '0.02318', error: null },
    ],
    rank: 57,
    rank_before: null,
    is_best: false,
  },
]

const words = [
  'Quiet Gradients',
  'Greedy 고래',
  'Sparse Kernels',
  '봄날의 곡선',
  'Warm 경사하강',
  'Bold Priors',
  '용감한 Folds',
]

export function standing(rank: number): Standing {
  const score = 0.9731 - 0.07 * (1 - 1 / (1 + rank / 900))
  return {
    rank,
    team_id: 1_000 + rank,
    team: `${words[rank % words.length]}${rank > 6 ? ` ${rank}` : ''}`,
    members: rank % 3 === 0 ? ['Minji', 'Jorge'] : ['Ada'],
    score: score.toFixed(5),
    standard_error: '0.00460',
    also: [{ metric: 'accuracy', score: (score - 0.02).toFixed(5) }],
    entries: (rank * 7) % 40,
    best_at: ago(rank * 3_700_000),
    last_at: ago((rank % 30) * 3_700_000 + 60_000),
    is_benchmark: false,
  }
}

export const myStanding: Standing = {
  ...standing(42),
  team_id: 3,
  team: '봄날의 오차',
  members: ['Haneul'],
}

const baseline: Standing = {
  ...standing(5),
  rank: null,
  team_id: 2,
  team: 'Nearest class mean',
  members: [],
  is_benchmark: true,
}

/** A page of the board, with the reader's team at its rank and one baseline after rank 5. */
export function boardPage(from: number, limit: number, teams = 4_213): Leaderboard {
  const items: Standing[] = []
  for (let rank = from; rank < from + limit && rank <= teams; rank++) {
    items.push(rank === 42 ? myStanding : standing(rank))
    if (rank === 5) items.push(baseline)
  }
  return {
    board: 'public',
    version: 17,
    metric: 'f1_macro',
    direction: 'maximize',
    public_share: 0.4,
    public_rows: 424,
    frozen_since: null,
    names: 'real',
    ties: 'earlier_first',
    zones: [],
    teams,
    items,
    next: from + limit <= teams ? String(from + limit) : null,
    previous: from > 1 ? String(Math.max(1, from - limit)) : null,
  }
}

/** A page of the private board: two neighbours have changed places. */
export function closingPage(from: number, limit: number, teams = 4_213): ClosingBoard {
  const row = (rank: number): ClosingStanding => {
    const public_rank = rank % 2 === 1 ? rank + 1 : rank - 1
    const { team_id, team, members, score, standard_error, entries } =
      public_rank === 42 ? myStanding : standing(public_rank)
    return {
      rank,
      public_rank,
      moved: public_rank - rank,
      team_id,
      team,
      members,
      score,
      standard_error: standard_error ?? null,
      public_score: score,
      submission_id: rank,
      number: 1,
      accepted_at: ago(21 * day),
      entries,
      is_benchmark: false,
    }
  }
  const items = Array.from({ length: Math.max(0, Math.min(limit, teams - from)) }, (_, at) =>
    row(from + at + 1),
  )
  return {
    board: 'private',
    metric: 'f1_macro',
    teams,
    shake_up: 0.04,
    mine: row(41),
    items,
    next: from + limit < teams ? String(from + limit) : null,
  }
}

/** How a team's score got better, in three steps. */
export const history = (team_id: number) => ({
  team_id,
  items: [
    { at: ago(8 * day), score: '0.61000' },
    { at: ago(5 * day), score: '0.73200' },
    { at: ago(2 * day), score: '0.80100' },
  ],
})

export const scoreBins = Array.from({ length: 30 }, (_, at) => ({
  from: (0.5 + at * 0.014).toFixed(5),
  to: (0.514 + at * 0.014).toFixed(5),
  teams: Math.round(400 * Math.exp(-((at - 20) ** 2) / 60)),
}))

const host = { id: 1, name: 'Sora', is_host: true }
const ada = { id: 8, name: 'Ada', is_host: false }

export const threads: Thread[] = [
  {
    id: 1,
    title: 'Welcome, and where to ask',
    author: host,
    is_pinned: true,
    is_locked: false,
    kind: 'discussion',
    votes: 3,
    posts: 2,
    created_at: ago(9 * day),
    last_post_at: ago(8 * day),
    can_edit: false,
  },
  {
    id: 2,
    title: 'Which augmentation helped you?',
    author: ada,
    is_pinned: false,
    is_locked: false,
    kind: 'discussion',
    votes: 3,
    posts: 3,
    created_at: ago(2 * day),
    last_post_at: ago(3_700_000),
    can_edit: false,
  },
]

export const posts: Post[] = [
  {
    id: 11,
    parent_id: null,
    author: ada,
    markdown: 'Flips gave me +0.02.',
    html: '<p>Flips gave me <strong>+0.02</strong>. Colour jitter did nothing: the photographs are grey.</p>',
    created_at: ago(2 * day),
    edited_at: null,
    is_deleted: false,
    is_hidden: false,
    votes: 2,
    voted: false,
    can_edit: false,
  },
  {
    id: 12,
    parent_id: 11,
    author: host,
    markdown: 'Rotations are safe too.',
    html: '<p>Rotations by 90° are safe too, see <code>transforms.py</code>.</p>',
    created_at: ago(day),
    edited_at: ago(day / 2),
    is_deleted: false,
    is_hidden: false,
    votes: 2,
    voted: false,
    can_edit: false,
  },
  {
    id: 13,
    parent_id: null,
    author: { id: 7, name: 'Haneul', is_host: false },
    markdown: 'Thanks!',
    html: '<p>Thanks, that worked for me.</p>',
    created_at: ago(3_700_000),
    edited_at: null,
    is_deleted: false,
    is_hidden: false,
    votes: 2,
    voted: false,
    can_edit: true,
  },
]

/** One thing that is new, one that was read. */
export const notifications: NotificationList = {
  items: [
    {
      id: 2,
      kind: 'reply',
      created_at: ago(3_600_000),
      is_read: false,
      actor: { id: 8, name: 'Ada' },
      competition: { slug: card.slug, title: card.title },
      thread: { id: 2, title: 'Which augmentation helped you?' },
      post_id: 12,
      submission: null,
      team: null,
    },
    {
      id: 1,
      kind: 'new_sign_in',
      created_at: ago(2 * day),
      is_read: true,
      actor: null,
      competition: null,
      thread: null,
      post_id: null,
      submission: null,
      team: null,
    },
  ],
  next: null,
  unread: 1,
}

export const sessions = [
  {
    id: 1,
    is_current: true,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
    created_at: ago(day),
    last_seen_at: ago(60_000),
  },
  { id: 2, is_current: false, user_agent: 'curl/8', created_at: ago(9 * day), last_seen_at: ago(8 * day) },
]

export const finals = {
  slots: 2,
  chosen: [] as number[],
  counting: [
    { id: 31, number: 3, score: '0.71234', reason: 'best_public' },
    { id: 29, number: 1, score: '0.08612', reason: 'best_public' },
  ],
  is_open: true,
  ends_at: ahead(12 * day),
}

export const agreements = [
  {
    document: 'rules',
    competition: 'solar-cells',
    sha256: rulesSha256,
    agreed_at: ago(8 * day),
    is_current: true,
  },
]

export const mailSettings = {
  items: ['entries', 'announcements', 'discussion', 'teams', 'deadlines', 'hosting', 'security'].map(
    (topic) => ({ topic, is_on: topic !== 'entries', is_optional: topic !== 'security' }),
  ),
}

/** The reader's team as it is: nothing stands against a change. */
export const outlook: components['schemas']['OutlookView'] = {
  is_possible: true,
  obstacles: [],
  people: 2,
  team_size: 5,
  entries: 7,
  allowed: 45,
  days: 9,
  per_day: 5,
  used_today: 2,
  left_today: 3,
  resets_at: ahead(5 * 3_600_000),
  until: ahead(10 * day),
  renumbered: 0,
}

export const team: components['schemas']['MyTeamView'] = {
  id: 3,
  name: '봄날의 오차',
  members: [
    { id: 7, name: 'Haneul', role: 'leader', joined_at: ago(8 * day) },
    { id: 8, name: 'Ada', role: 'member', joined_at: ago(2 * day) },
  ],
  role: 'leader',
  team_size: 5,
  bracket: null,
  is_looking: false,
  looking_note: '',
  is_benchmark: false,
  disqualified_at: null,
  disqualified_for: null,
  quota: { per_day: 5, used: 2, left: 3, resets_at: ahead(5 * 3_600_000) },
  grants: [],
  invites: [],
  merges: [],
  leaving: {
    ...outlook,
    people: 1,
    is_possible: false,
    obstacles: [{ code: 'team_has_entries', message: "'봄날의 오차' has sent entries." }],
  },
  until: ahead(10 * day),
}

export const lookingTeams = [
  { name: 'Sparse Kernels', members: ['Jorge'], team_size: 5, note: 'Somebody who knows augmentation.' },
]

export const offer: components['schemas']['OfferView'] = {
  id: 5,
  kind: 'team',
  role: null,
  slug: card.slug,
  title: card.title,
  team: { id: 9, name: 'Sparse Kernels' },
  invited_by: { id: 12, name: 'Jorge' },
  expires_at: ahead(7 * day),
  needs_join: false,
  outlook,
}

export const person: components['schemas']['ProfileView'] = {
  id: 8,
  name: 'Ada',
  created_at: ago(200 * day),
  competitions: [
    {
      slug: card.slug,
      title: card.title,
      team_id: null,
      team: null,
      rank: null,
      teams: null,
      write_up: null,
      joined_at: ago(2 * day),
    },
    {
      slug: 'dog-breeds',
      title: { en: 'Dog breeds', ko: '견종 분류' },
      team_id: 4,
      team: 'Greedy 고래',
      rank: 3,
      teams: 120,
      write_up: { thread_id: 6, title: 'Third place: more photographs' },
      joined_at: ago(90 * day),
    },
  ],
  posts: [
    {
      post_id: 11,
      thread_id: 2,
      thread_title: 'Which augmentation helped you?',
      slug: card.slug,
      votes: 2,
      created_at: ago(2 * day),
    },
  ],
}
