// Every address of the console. A new screen is a route here, an entry in navigation.tsx and a folder of its own.
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { readAgentSearch } from '../agents/agent-search.ts'
import { readAlarmSearch } from '../alarms/alarm-view.ts'
import { readHistorySearch } from '../alarms/history-search.ts'
import { ApiFailure } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { readDeviceSearch, readDevicesSearch } from '../devices/device-parts.ts'
import { readAddAgentSearch } from '../enrolment/add-agent-search.ts'
import { readEventSearch } from '../events/event-search.ts'
import { readIncidentSearch } from '../incidents/incident-search.ts'
import { readMaintenanceSearch } from '../maintenance/maintenance-search.ts'
import { readNotificationSearch } from '../notifications/notification-search.ts'
import { readOverviewSearch } from '../overview/overview-search.ts'
import { readNewRuleSearch, readRuleSearch, readRulesSearch } from '../rules/rule-search.ts'
import { readSiteSearch } from '../sites/site-parts.ts'
import { readWelcomeSearch } from '../welcome/welcome-steps.ts'
import type { Console } from './console.ts'
import { screen } from './lazy-screen.ts'
import { MissingPage } from './missing-page.tsx'
import { runRoutes } from './run-routes.ts'
import { ScreenFailed, StartFailed } from './screen-failed.tsx'
import { Shell } from './shell.tsx'

interface RouterContext {
  readonly running: Console
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: StartFailed,
})

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined)

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (raw: Record<string, unknown>): { to?: string | undefined } => ({ to: text(raw.to) }),
  component: lazyRouteComponent(() => import('../session/sign-in-screen.tsx'), 'SignInScreen'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.running.queries.ensureQueryData(sessionQuery)
    } catch (failure) {
      if (!(failure instanceof ApiFailure) || failure.code !== 'unauthenticated') throw failure
      throw redirect({ to: '/login', search: { to: location.href === '/' ? undefined : location.href } })
    }
  },
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', search: {} })
  },
})

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/overview',
  validateSearch: readOverviewSearch,
  component: screen(() => import('../overview/overview-screen.tsx'), 'OverviewScreen'),
})

const customers = createRoute({
  getParentRoute: () => signedIn,
  path: '/customers',
  validateSearch: (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw.q) }),
  component: screen(() => import('../customers/customers-screen.tsx'), 'CustomersScreen'),
})

const customer = createRoute({
  getParentRoute: () => signedIn,
  path: '/customers/$id',
  component: screen(() => import('../customers/customer-screen.tsx'), 'CustomerScreen'),
})

const alarms = createRoute({
  getParentRoute: () => signedIn,
  path: '/alarms',
  validateSearch: readAlarmSearch,
  component: lazyRouteComponent(() => import('../alarms/alarms-screen.tsx'), 'AlarmsScreen'),
})

const history = createRoute({
  getParentRoute: () => signedIn,
  path: '/history',
  validateSearch: readHistorySearch,
  component: screen(() => import('../alarms/history-screen.tsx'), 'HistoryScreen'),
})

const incidents = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents',
  validateSearch: readIncidentSearch,
  component: screen(() => import('../incidents/incidents-screen.tsx'), 'IncidentsScreen'),
})

const incident = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents/$id',
  component: screen(() => import('../incidents/incident-screen.tsx'), 'IncidentScreen'),
})

const devices = createRoute({
  getParentRoute: () => signedIn,
  path: '/devices',
  validateSearch: readDevicesSearch,
  component: screen(() => import('../devices/devices-screen.tsx'), 'DevicesScreen'),
})

const device = createRoute({
  getParentRoute: () => signedIn,
  path: '/devices/$id',
  validateSearch: readDeviceSearch,
  component: screen(() => import('../devices/device-screen.tsx'), 'DeviceScreen'),
})

const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  validateSearch: readEventSearch,
  component: screen(() => import('../events/events-screen.tsx'), 'EventsScreen'),
})

const agents = createRoute({
  getParentRoute: () => signedIn,
  path: '/agents',
  validateSearch: readAgentSearch,
  component: screen(() => import('../agents/agents-screen.tsx'), 'AgentsScreen'),
})

const addAgent = createRoute({
  getParentRoute: () => signedIn,
  path: '/agents/add',
  validateSearch: readAddAgentSearch,
  component: screen(() => import('../enrolment/add-agent-screen.tsx'), 'AddAgentScreen'),
})

const agent = createRoute({
  getParentRoute: () => signedIn,
  path: '/agents/$id',
  component: screen(() => import('../agents/agent-screen.tsx'), 'AgentScreen'),
})

const sites = createRoute({
  getParentRoute: () => signedIn,
  path: '/sites',
  validateSearch: (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw.q) }),
  component: screen(() => import('../sites/sites-screen.tsx'), 'SitesScreen'),
})

const site = createRoute({
  getParentRoute: () => signedIn,
  path: '/sites/$id',
  validateSearch: readSiteSearch,
  component: screen(() => import('../sites/site-screen.tsx'), 'SiteScreen'),
})

const rules = createRoute({
  getParentRoute: () => signedIn,
  path: '/rules',
  validateSearch: readRulesSearch,
  component: screen(() => import('../rules/rules-screen.tsx'), 'RulesScreen'),
})

const newRule = createRoute({
  getParentRoute: () => signedIn,
  path: '/rules/add',
  validateSearch: readNewRuleSearch,
  component: screen(() => import('../rules/rule-screen.tsx'), 'NewRuleScreen'),
})

const rule = createRoute({
  getParentRoute: () => signedIn,
  path: '/rules/$id',
  validateSearch: readRuleSearch,
  component: screen(() => import('../rules/rule-screen.tsx'), 'RuleScreen'),
})

const maintenance = createRoute({
  getParentRoute: () => signedIn,
  path: '/maintenance',
  validateSearch: readMaintenanceSearch,
  component: screen(() => import('../maintenance/maintenance-screen.tsx'), 'MaintenanceScreen'),
})

const notifications = createRoute({
  getParentRoute: () => signedIn,
  path: '/notifications',
  validateSearch: readNotificationSearch,
  component: screen(() => import('../notifications/notifications-screen.tsx'), 'NotificationsScreen'),
})

const preferences = createRoute({
  getParentRoute: () => signedIn,
  path: '/preferences',
  component: screen(() => import('../preferences/preferences-screen.tsx'), 'PreferencesScreen'),
})

const wallboards = createRoute({
  getParentRoute: () => signedIn,
  path: '/wallboards',
  component: screen(() => import('../wallboards/wallboards-screen.tsx'), 'WallboardsScreen'),
})

const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: '/welcome',
  validateSearch: readWelcomeSearch,
  component: screen(() => import('../welcome/welcome-screen.tsx'), 'WelcomeScreen'),
})

/** What is nowhere, in the frame: the way on is in sight. */
const elsewhere = createRoute({ getParentRoute: () => signedIn, path: '$', component: MissingPage })

const tree = root.addChildren([
  login,
  signedIn.addChildren([
    home,
    preferences,
    welcome,
    overview,
    customers,
    customer,
    alarms,
    history,
    incidents,
    incident,
    events,
    devices,
    device,
    agents,
    addAgent,
    agent,
    sites,
    site,
    rules,
    newRule,
    rule,
    maintenance,
    notifications,
    wallboards,
    ...runRoutes(() => signedIn),
    elsewhere,
  ]),
])

export function createConsoleRouter(running: Console) {
  return createRouter({
    routeTree: tree,
    context: { running },
    defaultPreload: 'intent',
    // a screen that fails leaves the frame and its navigation in place
    defaultErrorComponent: ScreenFailed,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
