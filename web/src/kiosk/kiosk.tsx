// The page of a wallboard, apart from the console: no session, no navigation, nothing that logs out.
// a copy of its own: shared, it would come before the console's other styles and lose to them
import '../app/tokens.css?wall'
import './kiosk.css'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import type { KioskChange } from '#shared/http/kiosk.ts'
import { browserZone } from '../ui/zone.ts'
import { createFeed } from './feed.ts'
import { keepAwake, reloadOnNewBuild, takeTokenFromFragment } from './keeping.ts'
import { Wall } from './wall.tsx'
import { readWallOptions, type WallOptions } from './wall-options.ts'
import { kioskWords } from './words.ts'

await takeTokenFromFragment()
const options = readWallOptions(location.pathname, location.search, browserZone())
dress(options)
const words = await kioskWords(options.language)
document.title = 'Outrider'

// not the wall clock: a small computer sets that when it is on the network, forwards or back
const now = () => performance.timeOrigin + performance.now()
const shows = options.views.map((view) => view.board).join(',')
const search = `?${new URLSearchParams({ ...(options.link === null ? {} : { k: options.link }), shows })}`
const feed = createFeed({
  ...{ fetch: (...args) => fetch(...args), now, random: () => Math.random(), kinds: kindsOf(options), search },
})
const reload = reloadOnNewBuild(feed)
setInterval(() => {
  feed.tick()
  reload()
}, 1000)
feed.tick()
keepAwake()
// whatever goes wrong, a wall does not stay empty
const onUncaughtError = () => void setTimeout(() => location.reload(), 30_000)
createRoot(document.getElementById('root') as HTMLElement, { onUncaughtError }).render(
  <I18nextProvider i18n={words}>
    <Wall feed={feed} options={options} now={now} />
  </I18nextProvider>,
)

/** Counts of alarms stand above every board. */
function kindsOf({ views }: WallOptions): KioskChange[] {
  const has = (board: string) => views.some((view) => view.board === board)
  return ['alarms', ...(has('map') ? (['devices'] as const) : []), ...(has('counters') ? (['counters'] as const) : [])]
}

function dress({ theme }: WallOptions): void {
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
}
