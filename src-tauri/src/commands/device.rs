//! The office's machines, and whom it asks when it examines one.

use fidem_office::SystemDesk;
use tauri::State;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{DeviceStandingView, DeviceView, Probes};

/// How this machine stands.
#[tauri::command]
#[specta::specta]
pub async fn device_standing(desktop: State<'_, Desktop>) -> Answer<DeviceStandingView> {
    desktop
        .with(|office| Ok(office.device_standing()?.into()))
        .await
}

/// All registered devices.
#[tauri::command]
#[specta::specta]
pub async fn device_list(desktop: State<'_, Desktop>) -> Answer<Vec<DeviceView>> {
    desktop
        .with(|office| {
            Ok(office
                .devices()?
                .into_iter()
                .map(DeviceView::from)
                .collect())
        })
        .await
}

/// Registers this machine; another person confirms it.
#[tauri::command]
#[specta::specta]
pub async fn device_register(desktop: State<'_, Desktop>, name: String) -> Answer<()> {
    desktop
        .with(move |office| office.device_register(&SystemDesk, &name))
        .await
}

/// Confirms a device that another person registered.
#[tauri::command]
#[specta::specta]
pub async fn device_confirm(desktop: State<'_, Desktop>, identity: String) -> Answer<()> {
    desktop
        .with(move |office| office.device_confirm(&SystemDesk, &identity))
        .await
}

/// Takes a device out of service.
#[tauri::command]
#[specta::specta]
pub async fn device_retire(desktop: State<'_, Desktop>, identity: String) -> Answer<()> {
    desktop
        .with(move |office| office.device_retire(&SystemDesk, &identity))
        .await
}

/// Whom the office asks.
#[tauri::command]
#[specta::specta]
pub async fn probes(desktop: State<'_, Desktop>) -> Answer<Probes> {
    desktop.with(|office| Ok(office.probes()?.into())).await
}

/// Chooses whom the office asks.
#[tauri::command]
#[specta::specta]
pub async fn probes_set(desktop: State<'_, Desktop>, probes: Probes) -> Answer<()> {
    desktop
        .with(move |office| office.set_probes(&SystemDesk, &probes.into()))
        .await
}
