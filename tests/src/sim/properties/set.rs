//! A property set as the host sees it. The plugin's side is in `access`.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use openfx_sys as ofx;

use super::{Access, Data, PropertyOwner, Spec, Table};
use crate::sim::Profile;
use crate::sim::core::{Core, lock};
use crate::sim::handles::{self, Object, Tag};

/// The properties of one object.
pub(crate) struct PropertySet {
    pub(crate) core: Weak<Core>,
    pub(crate) handle: usize,
    /// The object in words.
    pub(crate) object: String,
    owner: PropertyOwner,
    table: &'static Table,
    extra: Option<Table>,
    /// What this host's object lacks though the specification has it.
    missing: Vec<&'static str>,
    /// The parameter is secret and stays so, whatever is set.
    pub(crate) secret: AtomicBool,
    /// Nothing can be read at all for now (MLT's clips before the first frame).
    pub(crate) hidden: AtomicBool,
    values: Mutex<HashMap<String, Vec<Data>>>,
}

impl PropertySet {
    /// A set with a handle.
    pub(crate) fn new(
        core: &Arc<Core>,
        owner: PropertyOwner,
        object: impl Into<String>,
        table: &'static Table,
        extra: Vec<Spec>,
    ) -> Arc<PropertySet> {
        let set = Arc::new(Self::unregistered(core, Tag::Properties, owner, object.into(), table, extra));
        handles::register(set.handle, Object::Properties(set.clone()));
        set
    }

    /// A set whose handle the caller registers (images).
    pub(crate) fn unregistered(
        core: &Arc<Core>,
        tag: Tag,
        owner: PropertyOwner,
        object: String,
        table: &'static Table,
        extra: Vec<Spec>,
    ) -> PropertySet {
        PropertySet {
            core: Arc::downgrade(core),
            handle: handles::new_handle(tag, core.number),
            object,
            owner,
            table,
            extra: (!extra.is_empty()).then(|| Table::new(extra)),
            missing: core.profile.missing_of(owner),
            secret: AtomicBool::new(false),
            hidden: AtomicBool::new(false),
            values: Mutex::default(),
        }
    }

    /// The host's own set, made while the host itself is being made.
    pub(crate) fn host(core: Weak<Core>, number: u16, profile: &Profile) -> Arc<PropertySet> {
        let set = Arc::new(PropertySet {
            core,
            handle: handles::new_handle(Tag::Properties, number),
            object: "the host".to_owned(),
            owner: PropertyOwner::Host,
            table: super::tables::host::table(),
            extra: None,
            missing: profile.missing_of(PropertyOwner::Host),
            secret: AtomicBool::new(false),
            hidden: AtomicBool::new(false),
            values: Mutex::default(),
        });
        handles::register(set.handle, Object::Properties(set.clone()));
        set
    }

    /// The description of a property.
    pub(crate) fn spec(&self, name: &str) -> Option<&Spec> {
        self.table.get(name).or_else(|| self.extra.as_ref().and_then(|t| t.get(name)))
    }

    /// Whether this host's object has no such property though the specification knows it.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        self.hidden.load(Ordering::Relaxed) || self.missing.contains(&name)
    }

    pub(crate) fn writable(&self, spec: &Spec) -> bool {
        match spec.access {
            Access::ReadOnly => false,
            Access::ReadWrite => true,
            Access::Descriptor => matches!(
                self.owner,
                PropertyOwner::EffectDescriptor
                    | PropertyOwner::ClipDescriptor
                    | PropertyOwner::ParameterDescriptor
            ),
        }
    }

    /// The values as they are: set, or by default. Labels fall back on each other and on the name, display
    /// ranges on the ranges.
    pub(crate) fn values(&self, name: &str) -> Vec<Data> {
        if let Some(values) = lock(&self.values).get(name) {
            return values.clone();
        }
        let is = |constant: &CStr| constant.to_str() == Ok(name);
        let fallback = if is(ofx::kOfxPropShortLabel) || is(ofx::kOfxPropLongLabel) {
            Some(ofx::kOfxPropLabel)
        } else if is(ofx::kOfxPropLabel) || is(ofx::kOfxParamPropScriptName) {
            Some(ofx::kOfxPropName)
        } else if is(ofx::kOfxParamPropDisplayMin) {
            Some(ofx::kOfxParamPropMin)
        } else if is(ofx::kOfxParamPropDisplayMax) {
            Some(ofx::kOfxParamPropMax)
        } else {
            None
        };
        match fallback.and_then(|f| f.to_str().ok()) {
            Some(other) if self.spec(other).is_some() => self.values(other),
            _ => self.spec(name).map(|s| s.default.clone()).unwrap_or_default(),
        }
    }

    /// Changes the values in place and unchecked.
    pub(crate) fn store(&self, name: &str, values: Vec<Data>) {
        // A new label takes the others with it.
        let mut map = lock(&self.values);
        if ofx::kOfxPropLabel.to_str() == Ok(name) {
            map.remove(&*ofx::kOfxPropShortLabel.to_string_lossy());
            map.remove(&*ofx::kOfxPropLongLabel.to_string_lossy());
        }
        map.insert(name.to_owned(), values);
    }

    /// Whether a value was set, and is not a default or taken from another property.
    pub(crate) fn is_set(&self, name: &CStr) -> bool {
        lock(&self.values).contains_key(&*name.to_string_lossy())
    }

    /// Back to the default.
    pub(crate) fn clear(&self, name: &str) {
        lock(&self.values).remove(name);
    }

    /// Takes over what was set on a descriptor.
    pub(crate) fn copy_from(&self, other: &PropertySet) {
        let theirs = lock(&other.values).clone();
        lock(&self.values).extend(theirs);
    }

    pub(crate) fn put_ints(&self, name: &CStr, values: &[i32]) {
        self.store(&name.to_string_lossy(), values.iter().map(|v| Data::Int(*v)).collect());
    }

    pub(crate) fn put_doubles(&self, name: &CStr, values: &[f64]) {
        self.store(&name.to_string_lossy(), values.iter().map(|v| Data::Double(*v)).collect());
    }

    pub(crate) fn put_text(&self, name: &CStr, value: &str) {
        self.store(&name.to_string_lossy(), vec![Data::String(value.to_owned())]);
    }

    pub(crate) fn put_texts(&self, name: &CStr, values: &[&str]) {
        self.store(&name.to_string_lossy(), values.iter().map(|v| Data::String((*v).to_owned())).collect());
    }

    pub(crate) fn put_pointer(&self, name: &CStr, value: usize) {
        self.store(&name.to_string_lossy(), vec![Data::Pointer(value)]);
    }

    pub(crate) fn int(&self, name: &CStr) -> i32 {
        match self.values(&name.to_string_lossy()).first() {
            Some(Data::Int(v)) => *v,
            _ => 0,
        }
    }

    pub(crate) fn flag(&self, name: &CStr) -> bool {
        self.int(name) != 0
    }

    pub(crate) fn doubles(&self, name: &str) -> Vec<f64> {
        let double = |d| if let Data::Double(v) = d { Some(v) } else { None };
        self.values(name).into_iter().filter_map(double).collect()
    }

    pub(crate) fn text(&self, name: &CStr) -> String {
        self.texts(name).into_iter().next().unwrap_or_default()
    }

    pub(crate) fn texts(&self, name: &CStr) -> Vec<String> {
        let text = |d| if let Data::String(v) = d { Some(v) } else { None };
        self.values(&name.to_string_lossy()).into_iter().filter_map(text).collect()
    }

    pub(crate) fn pointer(&self, name: &CStr) -> usize {
        match self.values(&name.to_string_lossy()).first() {
            Some(Data::Pointer(v)) => *v,
            _ => 0,
        }
    }

    /// Takes the handle away.
    pub(crate) fn retire(&self) {
        handles::retire(self.handle);
    }
}
