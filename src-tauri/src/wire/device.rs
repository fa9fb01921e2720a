//! The office's machines, and whom it asks when it examines one.

use fidem_casebook as kept;
use fidem_office as office;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A registered device.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// What identifies it.
    pub identity: String,
    /// What people call it.
    pub name: String,
    /// Hardware address of its gateway; empty where none was found.
    pub network: String,
    /// When it was registered.
    pub registered_at: String,
    /// By whom.
    pub registered_by: String,
    /// When it was confirmed.
    pub confirmed_at: Option<String>,
    /// By whom.
    pub confirmed_by: Option<String>,
    /// When it was taken out of service.
    pub retired_at: Option<String>,
}

impl From<kept::Device> for DeviceView {
    fn from(device: kept::Device) -> Self {
        let (confirmed_at, confirmed_by) = device.confirmed.unzip();
        Self {
            identity: device.identity,
            name: device.name,
            network: device.network,
            registered_at: device.registered.0,
            registered_by: device.registered.1,
            confirmed_at,
            confirmed_by,
            retired_at: device.retired_at,
        }
    }
}

/// How this machine stands.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceStandingView {
    /// What identifies this machine; none where the system has no mark.
    pub identity: Option<String>,
    /// Hardware address of its gateway now.
    pub network: Option<String>,
    /// Its registration.
    pub device: Option<DeviceView>,
    /// Registered, confirmed, in service.
    pub of_office: bool,
    /// Connected where it was registered.
    pub in_network: bool,
}

impl From<office::DeviceStanding> for DeviceStandingView {
    fn from(standing: office::DeviceStanding) -> Self {
        Self {
            identity: standing.here.device,
            network: standing.here.network,
            device: standing.device.map(DeviceView::from),
            of_office: standing.of_office,
            in_network: standing.in_network,
        }
    }
}

/// Whom the office asks; nobody is asked whom it did not choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    /// SNTP servers.
    pub time_servers: Vec<String>,
    /// Independent resolvers.
    pub resolvers: Vec<String>,
    /// Addresses that answer with the caller's public address.
    pub egress_services: Vec<String>,
    /// Hosts asked for their HTTP Date.
    pub date_hosts: Vec<String>,
    /// Pages fetched before and after each capture.
    pub reference_pages: Vec<String>,
}

impl From<office::Probes> for Probes {
    fn from(probes: office::Probes) -> Self {
        Self {
            time_servers: probes.time_servers,
            resolvers: probes.resolvers,
            egress_services: probes.egress_services,
            date_hosts: probes.date_hosts,
            reference_pages: probes.reference_pages,
        }
    }
}

impl From<Probes> for office::Probes {
    fn from(probes: Probes) -> Self {
        Self {
            time_servers: probes.time_servers,
            resolvers: probes.resolvers,
            egress_services: probes.egress_services,
            date_hosts: probes.date_hosts,
            reference_pages: probes.reference_pages,
        }
    }
}
