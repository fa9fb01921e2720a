//! Devices of the office (设备登记): registered by one person, confirmed by another. A capture made on anything else is not
//! made with the office's own equipment, whatever anybody says.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::check_line;
use crate::error::{CasebookError, Result};

/// A device and the network it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What identifies it: a digest over the machine's own marks, hex.
    pub identity: String,
    /// What people call it.
    pub name: String,
    /// What identifies its network: a digest over the way out, hex.
    pub network: String,
    /// When and by whom it was registered.
    pub registered: (String, String),
    /// When and by whom it was confirmed.
    pub confirmed: Option<(String, String)>,
    /// When it was retired.
    pub retired_at: Option<String>,
}

impl Device {
    /// Registered by one, confirmed by another, still in service.
    #[must_use]
    pub fn in_service(&self) -> bool {
        self.confirmed.is_some() && self.retired_at.is_none()
    }
}

const SELECT: &str = "SELECT d.identity, d.name, d.network, d.registered_at, r.name, d.confirmed_at, c.name, d.retired_at
     FROM device d JOIN person r ON r.id = d.registered_by LEFT JOIN person c ON c.id = d.confirmed_by";

impl Casebook {
    /// Registers a device; it counts once another person has confirmed it.
    ///
    /// # Errors
    /// [`CasebookError::DeviceKnown`], [`CasebookError::BadText`].
    pub fn device_register(
        &mut self,
        at: &str,
        identity: &str,
        name: &str,
        network: &str,
    ) -> Result<()> {
        check_line("device", name)?;
        if self.device(identity)?.is_some() {
            return Err(CasebookError::DeviceKnown {
                identity: identity.to_owned(),
            });
        }
        let mut act = self.act(at)?;
        act.conn().execute(
            "INSERT INTO device (identity, name, network, registered_at, registered_by) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![identity, name, network, act.at(), act.person().id],
        )?;
        let details = json!({"identity": identity, "name": name, "network": network});
        act.record("device.registered", None, None, &details)?;
        act.commit()
    }

    /// Confirms a device that another person registered.
    ///
    /// # Errors
    /// [`CasebookError::SamePerson`], [`CasebookError::UnknownDevice`].
    pub fn device_confirm(&mut self, at: &str, identity: &str) -> Result<()> {
        let device = self.device(identity)?.filter(|d| d.retired_at.is_none());
        let unknown = || CasebookError::UnknownDevice {
            identity: identity.to_owned(),
        };
        let device = device.ok_or_else(unknown)?;
        let person = self.person.name.clone();
        if device.registered.1 == person {
            return Err(CasebookError::SamePerson {
                name: person,
                handled: "registered the device",
            });
        }
        let mut act = self.act(at)?;
        act.conn().execute(
            "UPDATE device SET confirmed_at = ?2, confirmed_by = ?3 WHERE identity = ?1 AND confirmed_at IS NULL",
            params![identity, act.at(), act.person().id],
        )?;
        let details = json!({ "identity": identity, "name": device.name });
        act.record("device.confirmed", None, None, &details)?;
        act.commit()
    }

    /// Takes a device out of service; what it captured stays as it is.
    ///
    /// # Errors
    /// [`CasebookError::UnknownDevice`].
    pub fn device_retire(&mut self, at: &str, identity: &str) -> Result<()> {
        let mut act = self.act(at)?;
        let changed = act.conn().execute(
            "UPDATE device SET retired_at = ?2 WHERE identity = ?1 AND retired_at IS NULL",
            params![identity, act.at()],
        )?;
        if changed == 0 {
            return Err(CasebookError::UnknownDevice {
                identity: identity.to_owned(),
            });
        }
        act.record(
            "device.retired",
            None,
            None,
            &json!({ "identity": identity }),
        )?;
        act.commit()
    }

    /// The device of that identity.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn device(&self, identity: &str) -> Result<Option<Device>> {
        let query = format!("{SELECT} WHERE d.identity = ?1");
        Ok(self.conn.query_row(&query, [identity], read).optional()?)
    }

    /// All devices, in the order of registration.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn devices(&self) -> Result<Vec<Device>> {
        let query = format!("{SELECT} ORDER BY d.rowid");
        let mut statement = self.conn.prepare_cached(&query)?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Device> {
    let confirmed_at: Option<String> = row.get(5)?;
    let confirmed_by: Option<String> = row.get(6)?;
    Ok(Device {
        identity: row.get(0)?,
        name: row.get(1)?,
        network: row.get(2)?,
        registered: (row.get(3)?, row.get(4)?),
        confirmed: confirmed_at.zip(confirmed_by),
        retired_at: row.get(7)?,
    })
}
