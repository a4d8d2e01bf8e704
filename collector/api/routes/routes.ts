// All routes of the API, by subject.
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ApiDeps } from '../deps.ts'
import { addAdministrationRoutes } from './administration.ts'
import { addAlarmBoardRoutes } from './alarm-board.ts'
import { addAlarmViewRoutes } from './alarm-views.ts'
import { addAlarmRoutes } from './alarms.ts'
import { addBackTestRoutes } from './back-tests.ts'
import { addCauseRoutes } from './causes.ts'
import { addConfigDeviceRoutes } from './config-devices.ts'
import { addDeviceTestRoutes } from './device-tests.ts'
import { addDiscoveryRoutes } from './discovery.ts'
import { addEnrolmentRoutes } from './enrolment.ts'
import { addIncidentFileRoutes } from './incident-files.ts'
import { addIncidentWorkRoutes } from './incident-work.ts'
import { addIncidentRoutes } from './incidents.ts'
import { addInventoryRoutes } from './inventory.ts'
import { addKioskRoutes } from './kiosk.ts'
import { addLiveRoute } from './live.ts'
import { addMaintenanceRoutes } from './maintenance.ts'
import { addNotificationRoutes } from './notifications.ts'
import { addOperationRoutes } from './operations.ts'
import { addOverviewRoutes } from './overview.ts'
import { addPlaceRoutes } from './places.ts'
import { addRecordRoutes } from './records.ts'
import { addRuleRoutes } from './rules.ts'
import { addSessionRoutes } from './session.ts'
import { addSiteConfigRoutes } from './site-config.ts'
import { addSuppressionRoutes } from './suppression.ts'
import { addTopologyRoutes } from './topology.ts'
import { addTraceRoutes } from './trace.ts'
import { addTrapRoutes } from './traps.ts'
import { addUserRoutes } from './users.ts'

export function addRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const add of [
    addSessionRoutes,
    addUserRoutes,
    addOverviewRoutes,
    addInventoryRoutes,
    addEnrolmentRoutes,
    addPlaceRoutes,
    addConfigDeviceRoutes,
    addSiteConfigRoutes,
    addDiscoveryRoutes,
    addDeviceTestRoutes,
    addTopologyRoutes,
    addCauseRoutes,
    addAlarmRoutes,
    addAlarmBoardRoutes,
    addAlarmViewRoutes,
    addMaintenanceRoutes,
    addSuppressionRoutes,
    addTraceRoutes,
    addIncidentRoutes,
    addIncidentWorkRoutes,
    addIncidentFileRoutes,
    addBackTestRoutes,
    addRuleRoutes,
    addRecordRoutes,
    addTrapRoutes,
    addNotificationRoutes,
    addAdministrationRoutes,
    addLiveRoute,
    addKioskRoutes,
    addOperationRoutes,
  ])
    add(typed, deps)
}
