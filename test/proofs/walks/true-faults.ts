// What is truly wrong with the recorded devices, by the name of their walk, each with what the walk itself says about it.
// Alarms of other walks are told, not judged: only somebody who knows the device could.
const HEALTHY = [] as const

export const TRUE_FAULTS: Readonly<Record<string, readonly { readonly alarm: RegExp; readonly because: string }[]>> = {
  'UPS_apc-8641': HEALTHY,
  'UPS_eaton-93e-80': HEALTHY,
  'UPS_huawei-gse200m': HEALTHY,
  'UPS_phoenixtec-power': HEALTHY,
  'bmc_hp-onboard-administrator': HEALTHY,
  camera_hikvision: HEALTHY,
  'camera_samsung-ipolis': HEALTHY,
  'cloud_arista-dcs-7150s-52-cl': HEALTHY,
  'iot_geist-temperature-sensor': HEALTHY,
  'network_appliance_huawei-ism': HEALTHY,
  'network_firewall_paloalto-pa-5000': HEALTHY,
  'network_firewall_sangfor-ad1800-fp2': HEALTHY,
  'network_firewall_topsec-ngfw4000-uf': HEALTHY,
  'network_router_cisco-unmarked-0': HEALTHY,
  'network_router_huawei-s5720': HEALTHY,
  'network_router_juniper-mx960-12-3r6-6': HEALTHY,
  'network_switch_brocade-fiber-channel': HEALTHY,
  'network_switch_brocade-icx6430-24': HEALTHY,
  'network_switch_cisco-c3750': HEALTHY,
  'network_switch_h3c-comware-lsq1wcmd0': HEALTHY,
  'network_switch_hpe-procurve-516733-b21': [
    { alarm: /^critical cpu\.high .* 97 %/, because: 'hpSwitchCpuStat is 97' },
  ],
  'network_switch_ruijie-s5750-24gt12sfp': HEALTHY,
  'network_switch_zte-zxr10-5250': HEALTHY,
  'network_wifi_aruba-7010': HEALTHY,
  'network_wifi_sangfor-wac-2': HEALTHY,
  'network_wifi_ubiquiti-m5': HEALTHY,
  'os_linux_ibm-x3550-m3': HEALTHY,
  'os_linux_unknown-001': HEALTHY,
  'os_windows_server-2003-5-2': HEALTHY,
  'storage_netapp-fas3270': [
    { alarm: /^warning storage\.high volume:\S+ .* 8[5-9] %/, because: 'dfPerCentKBytesCapacity is between 85 and 89' },
  ],
}
