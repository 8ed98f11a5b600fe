// The object that CMake hangs the shared precompiled header on; every library reuses it (cmake/FiredrillOptions.cmake).
